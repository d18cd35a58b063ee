import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { contextOf, traceparentOf } from '../../../../services/kit/telemetry/propagation.ts';
import { eventually } from '../../../until.ts';
import { PRODUCT, productWorld } from '../product-server.ts';
import { recordSpans } from '../telemetry/recorded-spans.ts';

const METHOD = 'weft.product.v1.ProductService/GetProduct';
const UNAVAILABLE: NonNullable<CallPolicy['retries']> = {
  max: 2,
  on: ['unavailable'],
  backOff: { base: '1ms', max: '2ms' },
};

const world = productWorld();
const spans = recordSpans();
beforeEach(() => spans.clear());
afterEach(world.close);

const kinds = async (kind: SpanKind) => {
  await eventually(() => spans.named(METHOD).length > 1);
  return spans.named(METHOD).filter((span) => span.kind === kind);
};

/** Returns handlers that fail the first `failures` calls. */
function failing(failures: number) {
  let calls = 0;
  return {
    getProduct: async () => {
      calls += 1;
      if (calls <= failures) throw serviceError('unavailable');
      return { product: PRODUCT };
    },
  };
}

test('the span of a served call is a child of the span of the declared call, in the trace of the request', async () => {
  const { address } = await world.serve(failing(0));
  const request = contextOf('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');
  await context.with(request, () =>
    world.client([address], { policy: { timeout: '5s' } }).getProduct({ id: 'a' }),
  );
  const [client] = await kinds(SpanKind.CLIENT);
  const [server] = await kinds(SpanKind.SERVER);
  expect(client?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
  expect(server?.parentSpanContext?.spanId).toBe(client?.spanContext().spanId);
  expect(server?.spanContext().traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  expect(client?.attributes).toEqual({
    'rpc.system.name': 'grpc',
    'rpc.method': METHOD,
    'rpc.status_code': 'OK',
    'weft.call': 'product',
    'weft.callee': 'product',
    'weft.layer': 'app',
    'weft.call.attempts': 1,
    'weft.endpoint': address,
  });
  expect(server?.attributes).toEqual({
    'rpc.system.name': 'grpc',
    'rpc.method': METHOD,
    'rpc.status_code': 'OK',
    'weft.caller': 'order',
    'weft.request_id': expect.stringMatching(/^[\da-f-]{36}$/),
  });
});

test('a call whose layer is the mesh says so', async () => {
  const { address } = await world.serve(failing(0));
  await world.client([address]).getProduct({ id: 'a' });
  const [client] = await kinds(SpanKind.CLIENT);
  expect(client?.attributes['weft.layer']).toBe('mesh');
});

test('a handler runs in the context of its span, before and after it waits', async () => {
  const traceparents: (string | undefined)[] = [];
  const { address } = await world.serve({
    getProduct: async () => {
      traceparents.push(traceparentOf());
      await new Promise(setImmediate);
      traceparents.push(traceparentOf());
      return { product: PRODUCT };
    },
  });
  await world.client([address]).getProduct({ id: 'a' });
  const [server] = await kinds(SpanKind.SERVER);
  expect(traceparents[0]).toContain(server?.spanContext().spanId);
  expect(traceparents[1]).toBe(traceparents[0]);
});

test('a server failure marks both spans, a wrong request only the span of the caller', async () => {
  const { address } = await world.serve({
    getProduct: async ({ id }) => {
      throw serviceError(id === 'a' ? 'unavailable' : 'not-found', { metadata: { what: 'product' } });
    },
  });
  const client = world.client([address]);
  await expect(client.getProduct({ id: 'a' })).rejects.toThrow();
  await eventually(() => spans.named(METHOD).length === 2);
  expect(
    spans.named(METHOD).map(({ status: { code }, attributes }) => [code, attributes['error.type']]),
  ).toEqual([
    [SpanStatusCode.ERROR, 'UNAVAILABLE'],
    [SpanStatusCode.ERROR, 'UNAVAILABLE'],
  ]);
  spans.clear();
  await expect(client.getProduct({ id: 'b' })).rejects.toThrow();
  const [callerSpan] = await kinds(SpanKind.CLIENT);
  const [serverSpan] = await kinds(SpanKind.SERVER);
  expect([callerSpan?.status.code, callerSpan?.attributes['error.type']]).toEqual([
    SpanStatusCode.ERROR,
    'NOT_FOUND',
  ]);
  expect(serverSpan?.status.code).toBe(SpanStatusCode.UNSET);
});

describe('a decision of the in-app layer is an event of the span of its call', () => {
  const eventsOfCall = async () => {
    const [client] = await kinds(SpanKind.CLIENT);
    return client?.events.map(({ name, attributes }) => ({ name, ...attributes }));
  };

  test('a retry names the attempt, the failed endpoint and the failure', async () => {
    const { address } = await world.serve(failing(1));
    await world
      .client([address], { policy: { timeout: '5s', retries: UNAVAILABLE } })
      .getProduct({ id: 'a' });
    expect(await eventsOfCall()).toMatchObject([
      { name: 'weft.call.retried', 'weft.call': 'product', 'weft.attempt': 1, 'weft.endpoint': address },
    ]);
    const [client] = await kinds(SpanKind.CLIENT);
    expect(client?.attributes['weft.call.attempts']).toBe(2);
  });

  test('a refused retry names the reason', async () => {
    const { address } = await world.serve(failing(9));
    const budget = { percent: 1, minConcurrency: 0 };
    const policy: CallPolicy = { timeout: '5s', retries: { ...UNAVAILABLE, budget } };
    await expect(world.client([address], { policy }).getProduct({ id: 'a' })).rejects.toThrow();
    expect(await eventsOfCall()).toMatchObject([{ name: 'weft.call.not-retried', 'weft.detail': 'budget' }]);
  });

  test('a hedge names its attempt', async () => {
    let hangsNext = false;
    const calledServers = new Set<number>();
    const handlers = (server: number) => ({
      getProduct: async () => {
        calledServers.add(server);
        if (!hangsNext) return { product: PRODUCT };
        hangsNext = false;
        return new Promise<never>(() => {});
      },
    });
    const servers = [await world.serve(handlers(1)), await world.serve(handlers(2))];
    const policy: CallPolicy = { timeout: '60s', hedging: { maxAttempts: 2, delay: '5ms' } };
    const addresses = servers.map(({ address }) => address);
    const client = world.client(addresses, { policy });
    // A hedge needs a second endpoint with a connection.
    await eventually(async () => {
      await client.getProduct({ id: 'a' });
      return calledServers.size === 2;
    });
    spans.clear();
    hangsNext = true;
    await client.getProduct({ id: 'a' });
    expect(await eventsOfCall()).toMatchObject([{ name: 'weft.call.hedged', 'weft.attempt': 1 }]);
  });

  test('an ejection names the endpoint', async () => {
    const { address } = await world.serve(failing(9));
    const other = await world.serve(failing(9));
    const policy: CallPolicy = {
      timeout: '5s',
      outlierDetection: {
        consecutiveErrors: 1,
        interval: '10s',
        baseEjectionTime: '30s',
        maxEjectionPercent: 50,
      },
    };
    const client = world.client([address, other.address], { policy });
    await expect(client.getProduct({ id: 'a' })).rejects.toThrow();
    const endpoint = expect.stringMatching(`^(${address}|${other.address})$`);
    expect(await eventsOfCall()).toMatchObject([
      { name: 'weft.call.ejected', 'weft.call': 'product', 'weft.endpoint': endpoint },
    ]);
  });

  test('a breaker that opens, and the calls that it refuses, have their events', async () => {
    const { address } = await world.serve(failing(9));
    const breaker = { failurePercent: 50, minRequests: 1, window: '10s', openTime: '10s' } as const;
    const client = world.client([address], { policy: { timeout: '5s', breaker } });
    await expect(client.getProduct({ id: 'a' })).rejects.toThrow();
    expect(await eventsOfCall()).toMatchObject([{ name: 'weft.call.breaker', 'weft.detail': 'open' }]);
    spans.clear();
    await expect(client.getProduct({ id: 'a' })).rejects.toMatchObject({ code: 'circuit-open' });
    expect(spans.eventsOf(METHOD)).toEqual(['weft.call.broken']);
  });

  test('a limit that refuses a call, and an injected fault, are named', async () => {
    const { address } = await world.serve(failing(0));
    const fault = { abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } } as const;
    await expect(
      world.client([address], { policy: { timeout: '5s', fault } }).getProduct({ id: 'a' }),
    ).rejects.toThrow();
    expect(spans.only(METHOD).events).toMatchObject([
      { name: 'weft.call.fault', attributes: { 'weft.detail': 'abort' } },
    ]);
    spans.clear();
    const busy = await world.serve({ getProduct: () => new Promise(() => {}) });
    const client = world.client([busy.address], { policy: { timeout: '5s', limits: { requests: 1 } } });
    const first = client.getProduct({ id: 'a' }).catch(() => {});
    await expect(client.getProduct({ id: 'b' })).rejects.toMatchObject({ code: 'limit-reached' });
    expect(spans.eventsOf(METHOD)).toEqual(['weft.call.limited']);
    await world.close();
    await first;
  });
});

test('a stream has one span from its first read to its end', async () => {
  const { address } = await world.serve({
    async *watchStock() {
      yield { productId: 'a', stock: 1, at: undefined };
      yield { productId: 'a', stock: 0, at: undefined };
    },
  });
  const stream = world.client([address]).watchStock({ id: 'a' });
  let messages = 0;
  for await (const _ of stream) messages += 1;
  expect(messages).toBe(2);
  await eventually(() => spans.named('weft.product.v1.ProductService/WatchStock').length === 2);
  const [server, client] = spans.named('weft.product.v1.ProductService/WatchStock');
  expect([server?.kind, client?.kind].toSorted()).toEqual([SpanKind.SERVER, SpanKind.CLIENT]);
});

test('a request without a sampled trace records nothing, and its trace context still reaches the callee', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
  const received = Promise.withResolvers<string | undefined>();
  const { address } = await world.serve({
    getProduct: async () => {
      received.resolve(traceparentOf());
      return { product: PRODUCT };
    },
  });
  await context.with(contextOf(traceparent), () => world.client([address]).getProduct({ id: 'a' }));
  expect(await received.promise).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[\da-f]{16}-00$/);
  expect(spans.named(METHOD)).toEqual([]);
});

test('a malformed or huge trace context is ignored', async () => {
  for (const traceparent of [
    '',
    '00-0-0-01',
    'x'.repeat(100_000),
    `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
  ])
    expect(trace.getSpanContext(contextOf(traceparent))).toBeUndefined();
  expect(contextOf(undefined)).toBe(ROOT_CONTEXT);
});
