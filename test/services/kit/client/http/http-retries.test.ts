import { afterEach, describe, expect, test } from '@jest/globals';
import type { RetryCondition } from '../../../../../mesh/policy/retries.ts';
import { classifyResponse } from '../../../../../services/kit/client/http/http-response-error.ts';
import { type Behave, hang, httpWorld, reset, status, turns } from './http-world.ts';

const world = httpWorld();
afterEach(world.close);

const BACK_OFF = { base: '1ms', max: '2ms' } as const;
const on = (...conditions: RetryCondition[]) => ({
  retries: { max: 1, on: conditions, backOff: BACK_OFF },
});
const post = { method: 'POST', path: '/a', body: 'once' };

describe('retries', () => {
  test.each<[string, RetryCondition, tries: number, Behave]>([
    ['503', '5xx', 2, status(503)],
    ['503', 'gateway-error', 2, status(503)],
    ['503', 'unavailable', 1, status(503)],
    ['500', '5xx', 2, status(500)],
    ['500', 'gateway-error', 1, status(500)],
    ['404', '5xx', 1, status(404)],
    ['429', '5xx', 1, status(429)],
    ['429', 'resource-exhausted', 2, status(429)],
    ['a reset', 'reset', 2, reset],
    ['a reset', '5xx', 2, reset],
    ['a reset', 'connect-failure', 1, reset],
  ])('%s with condition %s: %d attempts', async (_, condition, tries, behave) => {
    const callee = await world.serve(turns(behave));
    const { get } = world.open([callee.endpoint], on(condition));
    const response = await get().catch(() => undefined);
    expect(callee.received).toHaveLength(tries);
    if (tries === 2) expect(String(response?.body)).toBe('well');
    if (tries === 2) expect(callee.received[1]?.headers).toMatchObject({ 'x-weft-retry': 'true' });
  });

  test('the last response is returned if no attempt succeeds', async () => {
    const callee = await world.serve(status(503));
    const { get } = world.open([callee.endpoint], on('5xx'));
    const { status: code, body } = await get();
    expect([code, String(body)]).toEqual([503, 'HTTP 503']);
  });

  test.each([
    ['answers 503', status(503)],
    ['resets', reset],
  ])('a POST is not retried if the callee %s', async (_, behave) => {
    const callee = await world.serve(turns(behave));
    const { client, decisions } = world.open([callee.endpoint], on('5xx', 'reset'));
    await client.request(post).catch(() => {});
    expect(callee.received).toHaveLength(1);
    expect(decisions).toMatchObject([{ kind: 'not-retried', reason: 'not-idempotent' }]);
  });

  test('a POST that was not sent is retried at another endpoint', async () => {
    const [unused, callee] = await Promise.all([world.serve(), world.serve()]);
    // Port 1 of loopback refuses connections.
    const { client, decisions } = world.open(
      [{ ...unused.endpoint, port: 1 }, callee.endpoint],
      on('connect-failure'),
    );
    for (let turn = 0; turn < 4; turn++) expect((await client.request(post)).status).toBe(200);
    expect(callee.received).toHaveLength(4);
    expect(decisions.length).toBeGreaterThan(0);
    for (const decision of decisions) expect(decision).toMatchObject({ kind: 'retried', failure: 'unsent' });
  });

  test('an attempt that exceeds perTryTimeout is retried', async () => {
    const callee = await world.serve(turns(hang));
    const retries = { max: 10, on: ['reset'], perTryTimeout: '50ms', backOff: BACK_OFF } as const;
    const { get, decisions } = world.open([callee.endpoint], { retries });
    expect((await get()).status).toBe(200);
    expect(decisions[0]).toMatchObject({ kind: 'retried', failure: 'timed-out' });
  });

  test.each([
    ['a moment', '0', 'retried'],
    ['an hour', '3600', 'deadline'],
    ['a date', new Date(Date.now() + 3_600_000).toUTCString(), 'deadline'],
  ])('a retry waits for a Retry-After of %s', async (_, after, expected) => {
    const callee = await world.serve(turns(status(503, { 'retry-after': after })));
    const { get, decisions } = world.open([callee.endpoint], on('5xx'));
    const { status: code } = await get();
    expect(code).toBe(expected === 'retried' ? 200 : 503);
    const [decision] = decisions;
    expect(decision?.kind === 'not-retried' ? decision.reason : decision?.kind).toBe(expected);
  });
});

test.each([
  ['seconds', '999999999'],
  ['a date', 'Fri, 31 Dec 9999 23:59:59 GMT'],
])('a Retry-After in %s is capped at the maximum of setTimeout', (_, after) => {
  const failure = classifyResponse({ status: 503, headers: { 'retry-after': after }, body: Buffer.alloc(0) });
  expect(failure?.pushbackMs).toBe(2 ** 31 - 1);
});

test('a call ends at once if Retry-After exceeds its deadline', async () => {
  const callee = await world.serve(status(503, { 'retry-after': '3600' }));
  const { get, decisions } = world.open([callee.endpoint], { hedging: { maxAttempts: 2, delay: '10s' } });
  expect((await get()).status).toBe(503);
  expect(decisions).toMatchObject([{ kind: 'not-retried', reason: 'deadline' }]);
});

test('a retry goes to an endpoint without an attempt of the call', async () => {
  const callees = await Promise.all([1, 2, 3].map(() => world.serve(status(503))));
  const retries = { max: 2, on: ['5xx'], backOff: BACK_OFF } as const;
  const { get } = world.open(
    callees.map(({ endpoint }) => endpoint),
    { retries },
  );
  await get();
  expect(callees.map(({ received }) => received.length)).toEqual([1, 1, 1]);
});
