import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { RETRY_CONDITIONS, type RetryCondition } from '../../../../mesh/policy/retries.ts';
import type { CallAttempt, PendingAttempt } from '../../../../services/kit/client/call-attempt.ts';
import { type FailureKind, grpcError } from '../../../../services/kit/client/call-failure.ts';
import { CallLayer } from '../../../../services/kit/client/call-layer.ts';
import { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import { OutgoingCall } from '../../../../services/kit/client/outgoing-call.ts';
import type { PolicyDecision } from '../../../../services/kit/client/policy-decision.ts';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { eventually } from '../eventually.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

/** A callee that answers when the test lets it. */
async function holding() {
  const held: (() => void)[] = [];
  const state = { asked: 0, open: 0, fails: false };
  const { address } = await world.serve({
    getProduct: async (_, { signal }) => {
      state.asked++;
      state.open++;
      await new Promise<void>((resolve) => {
        held.push(resolve);
        signal.addEventListener('abort', () => resolve());
      });
      state.open--;
      if (state.fails) throw serviceError('unavailable');
      return { product: PRODUCT };
    },
  });
  const release = () => {
    for (const one of held.splice(0)) one();
  };
  return { address, state, held, release };
}

function client(addresses: readonly string[], policy: Partial<CallPolicy>) {
  const decisions: PolicyDecision[] = [];
  const observe = (decision: PolicyDecision) => decisions.push(decision);
  return { client: world.client(addresses, { policy: { timeout: '20s', ...policy }, observe }), decisions };
}

describe('limits', () => {
  test('requests in flight beyond the limit are refused at once, and say so', async () => {
    const callee = await holding();
    const { client: called, decisions } = client([callee.address], { limits: { requests: 2 } });
    const calls = [called.getProduct({ id: 'a' }), called.getProduct({ id: 'b' })];
    await expect(called.getProduct({ id: 'c' })).rejects.toThrow(
      'limits.requests towards product is 2, and as many are under way; repeat later',
    );
    expect(decisions).toMatchObject([{ kind: 'limited', limit: 'requests' }]);
    await eventually(() => callee.held.length === 2);
    callee.release();
    await Promise.all(calls);
    const more = called.getProduct({ id: 'd' });
    await eventually(() => callee.held.length === 1);
    callee.release();
    await more;
  });

  test('calls that wait for a connection are limited by themselves', async () => {
    const callee = await holding();
    const { client: called, decisions } = client([callee.address], { limits: { pendingRequests: 1 } });
    const first = called.getProduct({ id: 'a' });
    await expect(called.getProduct({ id: 'b' })).rejects.toMatchObject({ code: 'limit-reached' });
    expect(decisions).toMatchObject([{ kind: 'limited', limit: 'pendingRequests' }]);
    await eventually(() => callee.held.length === 1);
    // Connected now: nothing is pending.
    const more = [called.getProduct({ id: 'c' }), called.getProduct({ id: 'd' })];
    await eventually(() => callee.held.length === 3);
    callee.release();
    await Promise.all([first, ...more]);
  });

  test('a call that finds no connection at all is pending no longer', async () => {
    const { client: called } = client([], {
      limits: { pendingRequests: 1 },
    });
    const call = () => called.getProduct({ id: 'x' }, { timeoutMs: 20 });
    await expect(call()).rejects.not.toMatchObject({ code: 'limit-reached' });
    await expect(call()).rejects.not.toMatchObject({ code: 'limit-reached' });
  });

  test('a request that cannot be written fails, and counts no longer', async () => {
    const { client: called } = client([], { limits: { requests: 1 } });
    const request = {
      get id(): string {
        throw new RangeError('unwritable');
      },
    };
    for (let call = 0; call < 2; call++)
      await expect(called.getProduct(request)).rejects.toThrow('unwritable');
  });

  test('a stream counts until its end', async () => {
    const { address } = await world.serve({
      async *watchStock(_, { signal }) {
        yield { productId: 'x', stock: 1, at: undefined };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    });
    const { client: called } = client([address], { limits: { requests: 1 } });
    for await (const _ of called.watchStock({ id: 'x' })) {
      await expect(called.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'limit-reached' });
      break;
    }
    await expect(called.getProduct({ id: 'x' })).rejects.not.toMatchObject({ code: 'limit-reached' });
  });
});

describe('breaker', () => {
  test('holds calls back after failures, and lets them go again once one succeeds', async () => {
    const callee = await holding();
    const { client: called, decisions } = client([callee.address], {
      breaker: { failurePercent: 50, minRequests: 3, window: '60s', openTime: '1ms' },
    });
    const call = async () => {
      let isOver = false;
      const asked = called.getProduct({ id: 'x' }).finally(() => {
        isOver = true;
      });
      asked.catch(() => {});
      await eventually(() => isOver || callee.held.length === 1);
      callee.release();
      return asked;
    };
    callee.state.fails = true;
    for (let failed = 0; failed < 3; failed++)
      await expect(call()).rejects.toMatchObject({ code: 'unavailable' });
    expect(decisions).toEqual([{ kind: 'breaker', state: 'open' }]);
    callee.state.fails = false;
    await eventually(() =>
      call().then(
        () => true,
        () => false,
      ),
    );
    expect(decisions.filter(({ kind }) => kind === 'breaker').at(-1)).toEqual({
      kind: 'breaker',
      state: 'closed',
    });
  });
});

describe('faults', () => {
  test('an abort answers in place of the callee', async () => {
    const callee = await holding();
    const { client: called } = client([callee.address], {
      fault: { abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } },
    });
    await expect(called.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(callee.state.asked).toBe(0);
  });

  test('retries see it', async () => {
    const { client: called, decisions } = client([], {
      fault: { abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } },
      retries: { max: 2, on: ['unavailable'], backOff: { base: '1ms', max: '1ms' } },
    });
    await expect(called.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(decisions.map(({ kind }) => kind)).toEqual(['fault', 'retried', 'fault', 'retried', 'fault']);
  });

  test('a delay that is longer than the call may take ends with its deadline', async () => {
    const callee = await holding();
    const { client: called } = client([callee.address], {
      timeout: '50ms',
      fault: { delay: { percent: 100, duration: '1h' } },
    });
    await expect(called.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect(callee.state.asked).toBe(0);
  });
});

describe('hedging', () => {
  test('a second try goes to another host, and the first answer is taken', async () => {
    const callees = await Promise.all([holding(), holding()]);
    const addresses = callees.map(({ address }) => address);
    const { client: called, decisions } = client(addresses, { hedging: { maxAttempts: 2, delay: '1ms' } });
    // Once both are connected.
    await eventually(async () => {
      const asked = called.getProduct({ id: 'x' });
      const freed = setInterval(() => callees.map(({ release }) => release()), 1);
      await asked;
      clearInterval(freed);
      return callees.every(({ state }) => state.asked > 0);
    });
    for (const { state } of callees) state.asked = 0;
    decisions.length = 0;
    const call = called.getProduct({ id: 'x' });
    await eventually(() => callees.every(({ state }) => state.asked === 1));
    callees[1]?.release();
    expect((await call).product).toEqual(PRODUCT);
    expect(decisions).toMatchObject([{ kind: 'hedged', attempt: 1 }]);
    await eventually(() => callees.every(({ state }) => state.open === 0));
  });

  test('goes to no host a second time', async () => {
    const callee = await holding();
    const { client: called, decisions } = client([callee.address], {
      hedging: { maxAttempts: 3, delay: '1ms' },
    });
    const call = called.getProduct({ id: 'x' });
    await eventually(() => decisions.length === 2 && callee.held.length > 0);
    callee.release();
    await call;
    expect(callee.state.asked).toBe(1);
  });

  test('a host that fails is followed by the next at once', async () => {
    const callees = await Promise.all([holding(), holding()]);
    for (const { state } of callees) state.fails = true;
    const addresses = callees.map(({ address }) => address);
    const { client: called } = client(addresses, { timeout: '2h', hedging: { maxAttempts: 2, delay: '1h' } });
    const call = called.getProduct({ id: 'x' });
    call.catch(() => {});
    await eventually(() => {
      for (const one of callees) one.release();
      return callees.every(({ state }) => state.asked === 1);
    });
    for (const one of callees) one.release();
    await expect(call).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('its budget holds', async () => {
    const callee = await holding();
    const { client: called, decisions } = client([callee.address], {
      hedging: { maxAttempts: 3, delay: '1ms', budget: { percent: 0, minConcurrency: 0 } },
    });
    const call = called.getProduct({ id: 'x' });
    await eventually(() => decisions.length > 0 && callee.held.length > 0);
    expect(decisions[0]).toEqual(expect.objectContaining({ kind: 'not-retried', reason: 'budget' }));
    callee.release();
    await call;
    expect(callee.state.asked).toBe(1);
  });

  test('a method that is not idempotent is sent once', async () => {
    let asked = 0;
    const { address } = await world.serve({
      createProduct: async () => {
        asked++;
        throw serviceError('unavailable');
      },
    });
    const { client: called } = client([address], { hedging: { maxAttempts: 3, delay: '0ms' } });
    await expect(called.createProduct({ product: undefined })).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked).toBe(1);
  });
});

interface Rules {
  readonly attempts: number;
  readonly on: readonly RetryCondition[];
  readonly percent: number;
  readonly minConcurrency: number;
}

describe('laws', () => {
  const how = fc.constantFrom<FailureKind>('unsent', 'refused', 'reset', 'timed-out', 'answered', 'begun');
  const policy = fc.record({
    attempts: fc.integer({ min: 1, max: 5 }),
    on: fc.uniqueArray(fc.constantFrom(...RETRY_CONDITIONS), { minLength: 1 }),
    percent: fc.integer({ min: 0, max: 100 }),
    minConcurrency: fc.integer({ min: 0, max: 4 }),
  });

  /** Makes `calls` at once over a layer, of which each try fails in the way that comes next. */
  async function play(
    { attempts, on, percent, minConcurrency }: Rules,
    ways: readonly FailureKind[],
    calls: number,
    isIdempotent: boolean,
  ) {
    const live = new LivePolicy({
      timeout: '60s',
      retries: {
        max: attempts,
        on,
        backOff: { base: '1ms', max: '1ms' },
        budget: { percent, minConcurrency },
      },
    });
    const layer = new CallLayer(live, { callee: 'b', observe: () => {}, isConnected: () => true });
    const seen = {
      tries: 0,
      retries: 0,
      mostRetries: 0,
      mostAllowed: 0,
      repeated: [] as FailureKind[],
      deadlines: [] as number[],
    };
    let inFlight = 0;
    let retrying = 0;
    const call = async () => {
      const outgoing = new OutgoingCall('a', layer.timeoutMs);
      const method = { path: '/b/C', isIdempotent };
      const leave = layer.admit(method);
      inFlight++;
      let last: FailureKind | undefined;
      const attempt = (one: CallAttempt, deadline: number): PendingAttempt<string> => {
        seen.tries++;
        seen.deadlines.push(deadline - outgoing.deadline);
        if (one.number > 0) {
          seen.repeated.push(last as FailureKind);
          retrying++;
          seen.mostRetries = Math.max(seen.mostRetries, retrying);
        }
        const way = ways[seen.tries % ways.length] ?? 'answered';
        const answer = (async () => {
          await new Promise(setImmediate);
          if (one.number > 0) retrying--;
          last = way;
          one.failure = { kind: way, code: status.UNAVAILABLE };
          throw grpcError(status.UNAVAILABLE, way);
        })();
        return { response: answer, cancel: () => {} };
      };
      await layer.run(outgoing, method, attempt).catch(() => {});
      inFlight--;
      leave();
    };
    seen.mostAllowed = Math.max(minConcurrency, Math.floor((percent / 100) * calls));
    await Promise.all(Array.from({ length: calls }, call));
    expect(inFlight).toBe(0);
    return seen;
  }

  test('a budget is never exceeded', async () => {
    await fc.assert(
      fc.asyncProperty(
        policy,
        fc.array(how, { minLength: 1 }),
        fc.integer({ min: 1, max: 30 }),
        async (rules, ways, calls) => {
          const { mostRetries, mostAllowed } = await play(rules, ways, calls, true);
          expect(mostRetries).toBeLessThanOrEqual(mostAllowed);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('what was sent of a method that is not idempotent is never sent again', async () => {
    await fc.assert(
      fc.asyncProperty(policy, fc.array(how, { minLength: 1 }), async (rules, ways) => {
        const { repeated } = await play({ ...rules, percent: 100, minConcurrency: 9 }, ways, 5, false);
        for (const one of repeated) expect(['unsent', 'refused']).toContain(one);
      }),
      { numRuns: 60 },
    );
  });

  test('no try has longer than the call', async () => {
    await fc.assert(
      fc.asyncProperty(policy, fc.array(how, { minLength: 1 }), async (rules, ways) => {
        const { deadlines } = await play(rules, ways, 5, true);
        for (const beyond of deadlines) expect(beyond).toBeLessThanOrEqual(0);
      }),
      { numRuns: 30 },
    );
  });
});

test('a policy that changes holds for the next call', async () => {
  const live = new LivePolicy({ timeout: '60s' });
  const layer = new CallLayer(live, { callee: 'b', observe: () => {}, isConnected: () => true });
  expect(layer.timeoutMs).toBe(60_000);
  live.change({ timeout: '1s', limits: { requests: 1 } });
  expect(layer.timeoutMs).toBe(1_000);
  const method = { path: '/b/C', isIdempotent: true };
  const leave = layer.admit(method);
  expect(() => layer.admit(method)).toThrow('limits.requests towards b is 1');
  leave();
  live.change({ timeout: '1s' });
  layer.admit(method)();
});
