import { afterEach, describe, expect, test } from '@jest/globals';
import type { RetryCondition } from '../../../../../mesh/policy/retries.ts';
import { LivePolicy } from '../../../../../services/kit/client/live-policy.ts';
import { eventually } from '../../eventually.ts';
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
  traceparent: 'trace',
  canary: '',
};
const DEADLINE = 'x-envoy-expected-rq-timeout-ms';

test('an answer comes in whole, and the request says who makes it, for what, and how long it may take', async () => {
  const callee = await world.serve((_, response) => response.writeHead(201, { 'x-a': 'b' }).end('made'));
  const { client } = world.open([callee.endpoint]);
  const context = { ...parent, deadline: Date.now() + 10_000 };
  const response = await client.request({ ...post, headers: { 'X-Own': 'own' } }, { context });
  expect(response).toMatchObject({ status: 201, headers: { 'x-a': 'b' } });
  expect(String(response.body)).toBe('made');
  expect(callee.seen).toMatchObject([
    {
      method: 'POST',
      body: 'once',
      headers: {
        host: 'pictures.shop:8080',
        'x-own': 'own',
        'x-request-id': 'request-1',
        traceparent: 'trace',
      },
    },
  ]);
  expect(callee.seen[0]?.headers).not.toHaveProperty('x-weft-retry');
});

test('endpoints take turns', async () => {
  const callees = await Promise.all([world.serve(), world.serve(), world.serve()]);
  const { get } = world.open(callees.map(({ endpoint }) => endpoint));
  for (let turn = 0; turn < 30; turn++) await get();
  expect(callees.map(({ seen }) => seen.length)).toEqual([10, 10, 10]);
});

test('versions are told apart by header and weight', async () => {
  const [v1, v2] = await Promise.all([world.serve(answer, 'v1'), world.serve(answer, 'v2')]);
  const live = new LivePolicy({ timeout: '20s' }, [
    { name: 'v1', weight: 100 },
    { name: 'v2', weight: 0, header: { name: 'x-canary', value: '1' } },
  ]);
  const { get } = world.open([v1.endpoint, v2.endpoint], {}, live);
  for (let turn = 0; turn < 6; turn++) await get();
  for (let turn = 0; turn < 4; turn++) await get({ 'x-canary': '1' });
  expect([v1.seen.length, v2.seen.length]).toEqual([6, 4]);
});

test('each try is told the time that is left to it', async () => {
  const lateFailure: Behave = (request, response) => {
    setTimeout(() => status(503)(request, response), 30);
  };
  const callee = await world.serve(turns(lateFailure));
  const { client } = world.open([callee.endpoint], on('5xx'));
  const deadline = Date.now() + 10_000;
  await client.request({ method: 'GET', path: '/a' }, { context: { ...parent, deadline } });
  const [first = 0, second = 0] = callee.seen.map(({ headers }) => Number(headers[DEADLINE]));
  expect(first).toBeLessThanOrEqual(10_000);
  // The callee took 30 ms; a timer may be a little early.
  expect(second).toBeLessThanOrEqual(first - 25);
});

test('a callee that hangs is left at the deadline, and its connection with it', async () => {
  const closed = Promise.withResolvers<void>();
  const first: Behave = ({ socket }, response) => {
    socket.on('close', () => closed.resolve());
    response.end();
  };
  const callee = await world.serve(turns(first, hang));
  const limits = { connections: 1 };
  const { get, live } = world.open([callee.endpoint], { limits });
  // Connected, so that the next request leaves before its time is over.
  await get();
  live.change({ timeout: '50ms', limits });
  await expect(get()).rejects.toMatchObject({ code: 'deadline-exceeded' });
  await closed.promise;
});

test('a request that is given up ends at once', async () => {
  const callee = await world.serve(hang);
  const { client } = world.open([callee.endpoint], on('reset', '5xx'));
  const controller = new AbortController();
  const call = client.request({ method: 'GET', path: '/a' }, { signal: controller.signal });
  await eventually(() => callee.seen.length > 0);
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
});

test('an answer that breaks off once it has begun is not asked for again', async () => {
  const callee = await world.serve((_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half');
    setImmediate(() => response.destroy());
  });
  const { get } = world.open([callee.endpoint], on('reset', '5xx'));
  await expect(get()).rejects.toMatchObject({ code: 'unavailable' });
  expect(callee.seen).toHaveLength(1);
});

describe('limits', () => {
  test('requests beyond the limit are refused at once, and say which', async () => {
    const held: (() => void)[] = [];
    const callee = await world.serve((_, response) => held.push(() => response.end()));
    const { get } = world.open([callee.endpoint], { limits: { requests: 2 } });
    const calls = [get(), get()];
    await expect(get()).rejects.toThrow('limits.requests towards pictures is 2');
    await eventually(() => held.length === 2);
    for (const release of held) release();
    await Promise.all(calls);
  });

  test('connections are no more than the limit, and what waits for one is limited by itself', async () => {
    const held: (() => void)[] = [];
    const connections = new Set<number | undefined>();
    const callee = await world.serve(({ socket }, response) => {
      connections.add(socket.remotePort);
      held.push(() => response.end());
    });
    const limits = { connections: 1, pendingRequests: 1 };
    const { get } = world.open([callee.endpoint], { limits });
    const first = get();
    await eventually(() => held.length === 1);
    const second = get();
    await expect(get()).rejects.toThrow('limits.pendingRequests towards pictures is 1');
    held.shift()?.();
    await first;
    await eventually(() => held.length === 1);
    held.shift()?.();
    await second;
    expect(connections.size).toBe(1);
  });

  test('a limit of connections that changes holds for the next request', async () => {
    const connections = new Set<number | undefined>();
    const callee = await world.serve(({ socket }, response) => {
      connections.add(socket.remotePort);
      response.end();
    });
    const { get, live } = world.open([callee.endpoint]);
    const used = async (limit?: number) => {
      live.change({ timeout: '20s', ...(limit !== undefined && { limits: { connections: limit } }) });
      connections.clear();
      await Promise.all(Array.from({ length: 5 }, () => get()));
      return connections.size;
    };
    expect(await used()).toBeGreaterThan(2);
    expect(await used(1)).toBe(1);
    expect(await used(2)).toBe(2);
    expect(await used()).toBeGreaterThan(2);
  });
});

test('an endpoint that fails is ejected, and the breaker opens when all do', async () => {
  const [bad, good] = await Promise.all([world.serve(status(500)), world.serve()]);
  const { get, decisions } = world.open([bad.endpoint, good.endpoint], {
    outlierDetection: { consecutiveErrors: 3, maxEjectionPercent: 50 },
    breaker: { failurePercent: 90, minRequests: 10, window: '10s', openTime: '60s' },
  });
  for (let turn = 0; turn < 20; turn++) await get();
  expect(bad.seen).toHaveLength(3);
  expect(decisions).toMatchObject([{ kind: 'ejected', errors: 3 }]);
  good.behave = status(500);
  const failing = async () => {
    for (;;) await get();
  };
  await expect(failing()).rejects.toMatchObject({ code: 'circuit-open' });
});

test('a breaker lets requests go again once one succeeds', async () => {
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

test('an endpoint that cannot be connected is ejected too', async () => {
  const callee = await world.serve();
  const { get, decisions } = world.open([{ ...callee.endpoint, port: 1 }, callee.endpoint], {
    outlierDetection: { consecutiveErrors: 2, maxEjectionPercent: 50 },
  });
  const ended = await Promise.allSettled([get(), get(), get(), get()]);
  expect(ended.filter((one) => one.status === 'rejected')).toHaveLength(2);
  expect(decisions).toMatchObject([{ kind: 'ejected', endpoint: '127.0.0.1:1' }]);
  for (let turn = 0; turn < 5; turn++) await get();
});

test('a fault answers as the gRPC status maps to HTTP, and retries see it', async () => {
  const callee = await world.serve();
  const { get, decisions } = world.open([callee.endpoint], {
    fault: { abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } },
    ...on('gateway-error'),
  });
  expect((await get()).status).toBe(503);
  expect(decisions.map(({ kind }) => kind)).toEqual(['fault', 'retried', 'fault']);
  expect(callee.seen).toEqual([]);
});

test('a hedge goes to another endpoint, and the first answer is taken', async () => {
  const held: (() => void)[] = [];
  const hold: Behave = (_, response) => held.push(() => response.end('first'));
  const callees = await Promise.all([world.serve(hold), world.serve(hold)]);
  const { get, decisions } = world.open(
    callees.map(({ endpoint }) => endpoint),
    { hedging: { maxAttempts: 2, delay: '1ms' } },
  );
  const call = get();
  await eventually(() => callees.every(({ seen }) => seen.length === 1));
  held[1]?.();
  expect(String((await call).body)).toBe('first');
  expect(decisions).toMatchObject([{ kind: 'hedged', attempt: 1 }]);
});

test('a policy that changes holds for the next request, and loses none', async () => {
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

test('without any endpoint a request fails, and says why', async () => {
  const { get } = world.open([]);
  await expect(get()).rejects.toMatchObject({
    code: 'unavailable',
    metadata: { details: 'pictures.shop has no addresses' },
  });
});

test('a request that cannot be written is its caller’s fault', async () => {
  const callee = await world.serve();
  const { client, decisions } = world.open([callee.endpoint], on('connect-failure', '5xx'));
  await expect(client.request({ method: 'GET', path: 'no slash' })).rejects.toThrow('path');
  expect(decisions).toEqual([]);
});
