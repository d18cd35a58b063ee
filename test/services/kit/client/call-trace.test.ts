import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { context, SpanKind, trace } from '@opentelemetry/api';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import type { EndpointListener } from '../../../../services/kit/discovery/discovery.ts';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { toGrpcMethod } from '../../../../services/kit/grpc/grpc-method.ts';
import { contextOf, traceparentOf } from '../../../../services/kit/telemetry/propagation.ts';
import { ProductServiceDefinition } from '../../../../services/proto/gen/weft/product/v1/product.ts';
import { eventually } from '../../../until.ts';
import { PRODUCT, productWorld } from '../product-server.ts';
import { recordSpans } from '../telemetry/recorded-spans.ts';

const TRACEPARENT = `00-${'d'.repeat(32)}-${'d'.repeat(16)}-01`;
const METHOD = 'weft.product.v1.ProductService/GetProduct';

const world = productWorld();
const spans = recordSpans();
beforeEach(() => spans.clear());
afterEach(world.close);

/** Runs work in a sampled trace of its own, whose id repeats a digit. */
const inTrace = <T>(digit: string, work: () => T): T =>
  context.with(contextOf(`00-${digit.repeat(32)}-${digit.repeat(16)}-01`), work);

test('the discovery that a call starts does not belong to its trace', async () => {
  const { address } = await world.serve({ getProduct: async () => ({ product: PRODUCT }) });
  const watched: (string | undefined)[] = [];
  const discovery = {
    watch: (_: string, listener: EndpointListener) => {
      watched.push(traceparentOf());
      setImmediate(() => listener.onEndpoints([parseAddress(address)]));
      return { refresh: () => {}, stop: () => {} };
    },
    close: () => {},
  };
  const client = world.client([address], { policy: { timeout: '5s' }, discovery });
  await inTrace('a', () => client.getProduct({ id: 'a' }));
  expect(watched).toEqual([undefined]);
});

test('an ejection is an event of the call that caused it, not of the call that opened the connection', async () => {
  let isFailing = false;
  const handlers = {
    getProduct: async () => {
      if (isFailing) throw serviceError('unavailable');
      return { product: PRODUCT };
    },
  };
  const [one, two] = [await world.serve(handlers), await world.serve(handlers)];
  const outlierDetection = {
    consecutiveErrors: 1,
    interval: '10s',
    baseEjectionTime: '30s',
    maxEjectionPercent: 50,
  } as const;
  const policy: CallPolicy = { timeout: '5s', outlierDetection };
  const client = world.client([one.address, two.address], { policy });
  for (let call = 0; call < 4; call++) await inTrace('a', () => client.getProduct({ id: 'a' }));
  isFailing = true;
  await expect(inTrace('b', () => client.getProduct({ id: 'a' }))).rejects.toThrow();
  const failed = await eventually(() =>
    spans
      .named(METHOD)
      .find((span) => span.kind === SpanKind.CLIENT && span.spanContext().traceId === 'b'.repeat(32)),
  );
  expect(failed.events.map(({ name }) => name)).toEqual(['weft.call.ejected']);
});

test('the requests of a stream are produced in the context of the caller', async () => {
  const produced: (string | undefined)[] = [];
  const { address } = await world.serve({
    importProducts: async (requests) => {
      let imported = 0;
      for await (const _ of requests) imported += 1;
      return { imported };
    },
  });
  async function* requests() {
    for (let n = 0; n < 3; n++) {
      produced.push(trace.getSpanContext(context.active())?.traceId);
      await new Promise(setImmediate);
      yield { product: undefined };
    }
  }
  const client = world.client([address], { policy: { timeout: '5s' } });
  await inTrace('c', () => client.importProducts(requests()));
  expect(produced).toEqual(['c', 'c', 'c'].map((digit) => digit.repeat(32)));
});

test.each([
  ['a malformed traceparent', { traceparent: ['not a trace'] }],
  ['a huge traceparent', { traceparent: ['0'.repeat(4_000)] }],
  ['a huge tracestate', { traceparent: [TRACEPARENT], tracestate: [`a=${'x'.repeat(4_000)}`] }],
  ['a malformed baggage', { traceparent: [TRACEPARENT], baggage: ['%%%,=;', 'a=1'] }],
])('a served call ignores %s in its metadata', async (name, headers) => {
  const { address } = await world.serve({ getProduct: async () => ({ product: PRODUCT }) });
  const grpc = new Client(address, credentials.createInsecure());
  const metadata = new Metadata();
  for (const [key, values] of Object.entries(headers)) for (const value of values) metadata.add(key, value);
  const { path, requestSerialize, responseDeserialize } = toGrpcMethod(
    ProductServiceDefinition,
    ProductServiceDefinition.methods.getProduct,
  );
  await new Promise<void>((resolve, reject) => {
    grpc.makeUnaryRequest(path, requestSerialize, responseDeserialize, { id: 'a' }, metadata, (error) =>
      error ? reject(error) : resolve(),
    );
  });
  grpc.close();
  const span = await eventually(() => spans.named(METHOD)[0]);
  expect(span.spanContext().traceState?.serialize() ?? '').toBe('');
  if (name.endsWith('traceparent')) expect(span.parentSpanContext).toBeUndefined();
  else expect(span.spanContext().traceId).toBe('d'.repeat(32));
});
