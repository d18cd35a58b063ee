import { afterEach, describe, expect, test } from '@jest/globals';
import { context as active } from '@opentelemetry/api';
import type { RetryCondition } from '../../../../../mesh/policy/retries.ts';
import { LivePolicy } from '../../../../../services/kit/client/live-policy.ts';
import { contextOf, installPropagation } from '../../../../../services/kit/telemetry/propagation.ts';
import { eventually } from '../../../../until.ts';
import { answer, type Behave, hang, httpWorld, status, turns } from './http-world.ts';

const world = httpWorld();
afterEach(world.close);

const BACK_OFF = { base: '1ms', max: '2ms' } as const;
const on = (...conditions: RetryCondition[]) => ({
  retries: { max: 1, on: conditions, backOff: BACK_OFF },
});
const post = { method: 'POST', path: '/a', body: 'once' };
const parent = {
  signal: new AbortController().signal,
  requestId: 'request-1',
  canary: '',
};
const DEADLINE = 'x-envoy-expected-rq-timeout-ms';

test('returns the whole response, and sends the caller, request id and deadline', async () => {
  const callee = await world.serve((_, response) => response.writeHead(201, { 'x-a': 'b' }).end('made'));
  const { client } = world.open([callee.endpoint]);
  const context = { ...parent, deadline: Date.now() + 10_000 };
  installPropagation([]);
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const request = { ...post, headers: { 'X-Own': 'own' } };
  const response = await active.with(contextOf(traceparent), () => client.request(request, { context }));
  expect(response).toMatchObject({ status: 201, headers: { 'x-a': 'b' } });
  expect(String(response.body)).toBe('made');
  expect(callee.received).toMatchObject([
    {
      method: 'POST',
      body: 'once',
      headers: {
        host: 'pictures.shop:8080',
        'x-own': 'own',
        'x-request-id': 'request-1',
        traceparent,
      },
    },
  ]);
  expect(callee.received[0]?.headers).not.toHaveProperty('x-weft-retry');
});

test('endpoints take turns', async () => {
  const callees = await Promise.all([world.serve(), world.serve(), world.serve()]);
  const { get } = world.open(callees.map(({ endpoint }) => endpoint));
  for (let turn = 0; turn < 30; turn++) await get();
  expect(callees.map(({ received }) => received.length)).toEqual([10, 10, 10]);
});

test('calls are routed to versions by header and weight', async () => {
  const [v1, v2] = await Promise.all([world.serve(answer, 'v1'), world.serve(answer, 'v2')]);
  const live = new LivePolicy({ timeout: '20s' }, [
    { name: 'v1', weight: 100 },
    { name: 'v2', weight: 0, header: { name: 'x-canary', value: '1' } },
  ]);
  const { get } = world.open([v1.endpoint, v2.endpoint], {}, live);
  for (let turn = 0; turn < 6; turn++) await get();
  for (let turn = 0; turn < 4; turn++) await get({ 'x-canary': '1' });
  expect([v1.received.length, v2.received.length]).toEqual([6, 4]);
});

test('each attempt sends its remaining time', async () => {
  const lateFailure: Behave = (request, response) => {
    setTimeout(() => status(503)(request, response), 30);
  };
  const callee = await world.serve(turns(lateFailure));
  const { client } = world.open([callee.endpoint], on('5xx'));
  const deadline = Date.now() + 10_000;
  await client.request({ method: 'GET', path: '/a' }, { context: { ...parent, deadline } });
  const [first = 0, second = 0] = callee.received.map(({ headers }) => Number(headers[DEADLINE]));
  expect(first).toBeLessThanOrEqual(10_000);
  // The callee took 30 ms; timers may fire slightly early.
  expect(second).toBeLessThanOrEqual(first - 25);
});

test('a hanging request ends at its deadline, and its connection is closed', async () => {
  const closed = Promise.withResolvers<void>();
  const first: Behave = ({ socket }, response) => {
    socket.on('close', () => closed.resolve());
    response.end();
  };
  const callee = await world.serve(turns(first, hang));
  const limits = { connections: 1 };
  const { get, live } = world.open([callee.endpoint], { limits });
  // Connect first, so that the next request is sent before its deadline.
  await get();
  live.change({ timeout: '50ms', limits });
  await expect(get()).rejects.toMatchObject({ code: 'deadline-exceeded' });
  await closed.promise;
});

test('a cancelled request ends at once', async () => {
  const callee = await world.serve(hang);
  const { client } = world.open([callee.endpoint], on('reset', '5xx'));
  const controller = new AbortController();
  const call = client.request({ method: 'GET', path: '/a' }, { signal: controller.signal });
  await eventually(() => callee.received.length > 0);
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
});

test('a response that breaks off after its headers is not retried', async () => {
  const callee = await world.serve((_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half');
    setImmediate(() => response.destroy());
  });
  const { get } = world.open([callee.endpoint], on('reset', '5xx'));
  await expect(get()).rejects.toMatchObject({ code: 'unavailable' });
  expect(callee.received).toHaveLength(1);
});

describe('limits', () => {
  test('refuses requests above the limit at once, with the limit in the error', async () => {
    const waiting: (() => void)[] = [];
    const callee = await world.serve((_, response) => waiting.push(() => response.end()));
    const { get } = world.open([callee.endpoint], { limits: { requests: 2 } });
    const calls = [get(), get()];
    await expect(get()).rejects.toThrow('calls to pictures reached limits.requests of 2');
    await eventually(() => waiting.length === 2);
    for (const release of waiting) release();
    await Promise.all(calls);
  });

  test('limits connections, and requests that wait for one separately', async () => {
    const waiting: (() => void)[] = [];
    const connections = new Set<number | undefined>();
    const callee = await world.serve(({ socket }, response) => {
      connections.add(socket.remotePort);
      waiting.push(() => response.end());
    });
    const limits = { connections: 1, pendingRequests: 1 };
    const { get } = world.open([callee.endpoint], { limits });
    const first = get();
    await eventually(() => waiting.length === 1);
    const second = get();
    await expect(get()).rejects.toThrow('calls to pictures reached limits.pendingRequests of 1');
    waiting.shift()?.();
    await first;
    await eventually(() => waiting.length === 1);
    waiting.shift()?.();
    await second;
    expect(connections.size).toBe(1);
  });

  test('a changed limit of connections applies to the next request', async () => {
    const connections = new Set<number | undefined>();
    const callee = await world.serve(({ socket }, response) => {
      connections.add(socket.remotePort);
      response.end();
    });
    const { get, live } = world.open([callee.endpoint]);
    const countConnections = async (limit?: number) => {
      live.change({ timeout: '20s', ...(limit !== undefined && { limits: { connections: limit } }) });
      connections.clear();
      await Promise.all(Array.from({ length: 5 }, () => get()));
      return connections.size;
    };
    expect(await countConnections()).toBeGreaterThan(2);
    expect(await countConnections(1)).toBe(1);
    expect(await countConnections(2)).toBe(2);
    expect(await countConnections()).toBeGreaterThan(2);
  });
});

test('a failing endpoint is ejected, and the breaker opens if all fail', async () => {
  const [bad, good] = await Promise.all([world.serve(status(500)), world.serve()]);
  const { get, decisions } = world.open([bad.endpoint, good.endpoint], {
    outlierDetection: { consecutiveErrors: 3, maxEjectionPercent: 50 },
    breaker: { failurePercent: 90, minRequests: 10, window: '10s', openTime: '60s' },
  });
  for (let turn = 0; turn < 20; turn++) await get();
  expect(bad.received).toHaveLength(3);
  expect(decisions).toMatchObject([{ kind: 'ejected', errors: 3 }]);
  good.behave = status(500);
  const failing = async () => {
    for (;;) await get();
  };
  await expect(failing()).rejects.toMatchObject({ code: 'circuit-open' });
});

test('the breaker closes after a successful probe', async () => {
  const callee = await world.serve(status(500));
  const { get, decisions } = world.open([callee.endpoint], {
    breaker: { failurePercent: 50, minRequests: 3, window: '60s', openTime: '1ms' },
  });
  for (let turn = 0; turn < 3; turn++) await get();
  callee.behave = answer;
  await eventually(() =>
    get().then(
      ({ status: code }) => code === 200,
      () => false,
    ),
  );
  expect(decisions.at(-1)).toEqual({ kind: 'breaker', state: 'closed' });
});

test('an endpoint that cannot be connected is ejected', async () => {
  const callee = await world.serve();
  const { get, decisions } = world.open([{ ...callee.endpoint, port: 1 }, callee.endpoint], {
    outlierDetection: { consecutiveErrors: 2, maxEjectionPercent: 50 },
  });
  const ended = await Promise.allSettled([get(), get(), get(), get()]);
  expect(ended.filter((one) => one.status === 'rejected')).toHaveLength(2);
  expect(decisions).toMatchObject([{ kind: 'ejected', endpoint: '127.0.0.1:1' }]);
  for (let turn = 0; turn < 5; turn++) await get();
});

test('an injected abort responds with the HTTP status of its gRPC status, and is retried', async () => {
  const callee = await world.serve();
  const { get, decisions } = world.open([callee.endpoint], {
    fault: { abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } },
    ...on('gateway-error'),
  });
  expect((await get()).status).toBe(503);
  expect(decisions.map(({ kind }) => kind)).toEqual(['fault', 'retried', 'fault']);
  expect(callee.received).toEqual([]);
});

test('hedges to another endpoint, and takes the first response', async () => {
  const waiting: (() => void)[] = [];
  const hold: Behave = (_, response) => waiting.push(() => response.end('first'));
  const callees = await Promise.all([world.serve(hold), world.serve(hold)]);
  const { get, decisions } = world.open(
    callees.map(({ endpoint }) => endpoint),
    { hedging: { maxAttempts: 2, delay: '1ms' } },
  );
  const call = get();
  await eventually(() => callees.every(({ received }) => received.length === 1));
  waiting[1]?.();
  expect(String((await call).body)).toBe('first');
  expect(decisions).toMatchObject([{ kind: 'hedged', attempt: 1 }]);
});

test('a changed policy applies to the next request, and fails none in flight', async () => {
  const callee = await world.serve();
  const { get, live, decisions } = world.open([callee.endpoint]);
  for (const connections of [1, 2, undefined]) {
    const running = Array.from({ length: 10 }, get);
    live.change({ timeout: '20s', ...(connections && { limits: { connections } }) });
    await Promise.all(running);
  }
  live.change({ timeout: '20s', ...on('5xx') });
  callee.behave = turns(status(503));
  expect((await get()).status).toBe(200);
  expect(decisions).toMatchObject([{ kind: 'retried' }]);
});

test('without endpoints a request fails with the discovery error', async () => {
  const { get } = world.open([]);
  await expect(get()).rejects.toMatchObject({
    code: 'unavailable',
    metadata: { details: 'pictures.shop has no addresses' },
  });
});

test('an invalid request fails without ejecting the endpoint', async () => {
  const callee = await world.serve();
  const { client, decisions } = world.open([callee.endpoint], on('connect-failure', '5xx'));
  await expect(client.request({ method: 'GET', path: 'no slash' })).rejects.toThrow('path');
  expect(decisions).toEqual([]);
});
