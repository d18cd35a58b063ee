import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import type { RetryCondition } from '../../../../mesh/policy/retries.ts';
import type { PolicyDecision } from '../../../../services/kit/client/policy-decision.ts';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { GetProductResponse } from '../../../../services/proto/gen/weft/product/v1/product.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
const closers: (() => void)[] = [];
afterEach(async () => {
  await world.close();
  for (const close of closers.splice(0)) close();
});

const BACK_OFF = { base: '1ms', max: '2ms' } as const;

/** How a callee responds to, or breaks, one stream. */
const BEHAVIOUR = {
  answer: (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    const body = Buffer.from(GetProductResponse.encode({ product: PRODUCT }).finish());
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body.length, 1);
    stream.end(Buffer.concat([head, body]));
  },
  refuse: (stream) => stream.close(7),
  reset: (stream) => stream.close(2),
  hang: () => {},
  'answer late': (stream) => {
    const timer = setTimeout(() => BEHAVIOUR.answer(stream), 2_000);
    stream.on('close', () => clearTimeout(timer));
  },
  'status 503': (stream) => stream.respond({ ':status': 503 }, { endStream: true }),
  'status 500': (stream) => stream.respond({ ':status': 500 }, { endStream: true }),
  unavailable: (stream) => trailersOnly(stream, { 'grpc-status': '14' }),
  'in 5 ms': (stream) => trailersOnly(stream, { 'grpc-status': '14', 'grpc-retry-pushback-ms': '5' }),
  never: (stream) => trailersOnly(stream, { 'grpc-status': '14', 'grpc-retry-pushback-ms': '-1' }),
  'unavailable after headers': (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '14' }));
    stream.end();
  },
} satisfies Record<string, (stream: ServerHttp2Stream) => void>;

type Behaviour = keyof typeof BEHAVIOUR;

function trailersOnly(stream: ServerHttp2Stream, headers: Record<string, string>) {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...headers }, { endStream: true });
}

/** Starts a callee on bare HTTP/2 that follows a script, and then responds normally. */
async function startScripted(...turns: Behaviour[]) {
  const received: Record<string, unknown>[] = [];
  const server = createServer();
  server.on('stream', (stream, headers) => {
    received.push(headers);
    stream.on('error', () => {});
    BEHAVIOUR[turns[received.length - 1] ?? 'answer'](stream);
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function client(addresses: readonly string[], policy: Partial<CallPolicy>) {
  const decisions: PolicyDecision[] = [];
  const observe = (decision: PolicyDecision) => decisions.push(decision);
  return { client: world.client(addresses, { policy: { timeout: '20s', ...policy }, observe }), decisions };
}

const on = (...conditions: RetryCondition[]): Partial<CallPolicy> => ({
  retries: { max: 1, on: conditions, backOff: BACK_OFF },
});

describe('retries', () => {
  test.each<[Behaviour, RetryCondition, tries: number]>([
    ['refuse', 'refused-stream', 2],
    ['refuse', 'connect-failure', 1],
    ['refuse', 'unavailable', 1],
    ['refuse', 'reset', 2],
    ['reset', 'reset', 2],
    ['reset', '5xx', 2],
    ['reset', 'gateway-error', 2],
    ['reset', 'refused-stream', 1],
    ['reset', 'internal', 1],
    ['status 503', '5xx', 2],
    ['status 503', 'gateway-error', 2],
    ['status 503', 'unavailable', 1],
    ['status 500', '5xx', 2],
    ['status 500', 'gateway-error', 1],
    ['unavailable', 'unavailable', 2],
    ['unavailable', '5xx', 1],
    ['unavailable', 'reset', 1],
    ['unavailable after headers', 'unavailable', 1],
    ['never', 'unavailable', 1],
    ['in 5 ms', 'unavailable', 2],
  ])('%s with condition %s: %d attempts', async (behaviour, condition, tries) => {
    const callee = await startScripted(behaviour);
    const call = client([callee.address], on(condition)).client.getProduct({ id: 'x' });
    if (tries === 2) expect((await call).product).toEqual(PRODUCT);
    else await expect(call).rejects.toThrow();
    expect(callee.received).toHaveLength(tries);
  });

  test('an attempt that exceeds perTryTimeout is retried', async () => {
    const callee = await startScripted('hang', 'hang');
    const retries = { max: 2, on: ['reset'], perTryTimeout: '300ms', backOff: BACK_OFF } as const;
    const { client: product, decisions } = client([callee.address], { retries });
    expect((await product.getProduct({ id: 'x' })).product).toEqual(PRODUCT);
    expect(decisions).toMatchObject([{ failure: 'timed-out' }, { failure: 'timed-out' }]);
    for (const { 'grpc-timeout': timeout } of callee.received) expect(timeout).toMatch(/^([12]?\d?\d|300)m$/);
  });

  test('an attempt that exceeds perTryTimeout is not awaited', async () => {
    const callee = await startScripted('answer late');
    const retries = { max: 5, on: ['reset'], perTryTimeout: '50ms', backOff: BACK_OFF } as const;
    const { client: product, decisions } = client([callee.address], { retries });
    expect((await product.getProduct({ id: 'x' })).product).toEqual(PRODUCT);
    expect(decisions[0]).toMatchObject({ kind: 'retried', failure: 'timed-out' });
    expect(callee.received.length).toBeGreaterThan(1);
  });

  test.each<[Behaviour, number]>([
    ['refuse', 2],
    ['reset', 1],
    ['unavailable', 1],
  ])(
    'a method that is not idempotent with a callee that does "%s": %d attempts',
    async (behaviour, tries) => {
      const callee = await startScripted(behaviour);
      const { client: product, decisions } = client(
        [callee.address],
        on('refused-stream', 'reset', 'unavailable'),
      );
      await product.createProduct({ product: undefined }).catch(() => {});
      expect(callee.received).toHaveLength(tries);
      if (tries === 1) expect(decisions).toMatchObject([{ kind: 'not-retried', reason: 'not-idempotent' }]);
    },
  );

  test('a request that could not be sent is retried', async () => {
    const closed = await startScripted();
    closers.pop()?.();
    const { client: product, decisions } = client([closed.address], on('connect-failure'));
    await expect(product.createProduct({ product: undefined })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(decisions).toMatchObject([{ kind: 'retried', failure: 'unsent' }]);
  });

  test('a stream of responses is retried until its headers arrive', async () => {
    const callee = await startScripted('unavailable', 'unavailable after headers');
    const { client: product } = client([callee.address], on('unavailable'));
    const read = async () => {
      for await (const _ of product.watchStock({ id: 'x' })) throw new Error('nothing is sent');
    };
    await expect(read()).rejects.toMatchObject({ code: 'unavailable' });
    expect(callee.received).toHaveLength(2);
  });
});

test('a retry goes to an endpoint without an attempt of the call', async () => {
  const callees = await Promise.all(Array.from({ length: 4 }, () => startScripted('unavailable')));
  const addresses = callees.map(({ address }) => address);
  const retries = { max: 3, on: ['unavailable'], backOff: BACK_OFF } as const;
  const { client: product } = client(addresses, { retries, balance: { kind: 'round-robin' } });
  await expect(product.getProduct({ id: 'x' })).rejects.toThrow();
  expect(callees.map(({ received }) => received.length)).toEqual([1, 1, 1, 1]);
});

test('a retry is marked as one, and calls made for a retry are not retried', async () => {
  const callee = await startScripted('unavailable', 'answer', 'unavailable');
  const { client: product, decisions } = client([callee.address], on('unavailable'));
  await product.getProduct({ id: 'x' });
  expect(callee.received[0]).not.toHaveProperty('x-weft-retry');
  expect(callee.received[1]).toMatchObject({ 'x-weft-retry': 'true', 'grpc-previous-rpc-attempts': '1' });

  const context = {
    signal: new AbortController().signal,
    deadline: Number.POSITIVE_INFINITY,
    requestId: 'a',
    canary: '',
    isRetry: true,
  };
  await expect(product.getProduct({ id: 'x' }, { context })).rejects.toThrow();
  expect(callee.received).toHaveLength(3);
  expect(callee.received[2]).toMatchObject({ 'x-weft-retry': 'true' });
  expect(decisions.at(-1)).toMatchObject({ kind: 'not-retried', reason: 'retry-of-a-retry' });
});

test('a handler sees whether the call is a retry', async () => {
  const received: boolean[] = [];
  const { address } = await world.serve({
    getProduct: async (_, { isRetry }) => {
      received.push(isRetry);
      throw serviceError('unavailable');
    },
  });
  await expect(client([address], on('unavailable')).client.getProduct({ id: 'x' })).rejects.toThrow();
  expect(received).toEqual([false, true]);
});

test('a call fails at once if the next retry would start after its deadline', async () => {
  const callee = await startScripted('unavailable');
  const backOff = { base: '1h', max: '2h' } as const;
  const { client: product, decisions } = client([callee.address], {
    retries: { max: 1, on: ['unavailable'], backOff },
  });
  await expect(product.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
  expect(decisions).toMatchObject([{ kind: 'not-retried', reason: 'deadline' }]);
});

test('a cancelled call ends at once while it waits for its retry', async () => {
  const callee = await startScripted('unavailable');
  const { client: product, decisions } = client([callee.address], {
    timeout: '3h',
    retries: { max: 1, on: ['unavailable'], backOff: { base: '1h', max: '2h' } },
  });
  const controller = new AbortController();
  const call = product.getProduct({ id: 'x' }, { signal: controller.signal });
  while (decisions.length === 0) await new Promise(setImmediate);
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
});
