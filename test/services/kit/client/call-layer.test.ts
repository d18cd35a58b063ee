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
import { eventually } from '../../../until.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

/** Starts a callee that responds only when the test releases its requests. */
async function startBlockedCallee() {
  const waiting: (() => void)[] = [];
  const state = { requestCount: 0, open: 0, isFailing: false };
  const { address } = await world.serve({
    getProduct: async (_, { signal }) => {
      state.requestCount++;
      state.open++;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve());
      });
      state.open--;
      if (state.isFailing) throw serviceError('unavailable');
      return { product: PRODUCT };
    },
  });
  const release = () => {
    for (const one of waiting.splice(0)) one();
  };
  return { address, state, waiting, release };
}

function client(addresses: readonly string[], policy: Partial<CallPolicy>) {
  const decisions: PolicyDecision[] = [];
  const observe = (decision: PolicyDecision) => decisions.push(decision);
  return { client: world.client(addresses, { policy: { timeout: '20s', ...policy }, observe }), decisions };
}

describe('limits', () => {
  test('refuses requests above the limit at once, with the limit in the error', async () => {
    const callee = await startBlockedCallee();
    const { client: product, decisions } = client([callee.address], { limits: { requests: 2 } });
    const calls = [product.getProduct({ id: 'a' }), product.getProduct({ id: 'b' })];
    await expect(product.getProduct({ id: 'c' })).rejects.toThrow(
      'calls to product reached limits.requests of 2; retry later',
    );
    expect(decisions).toMatchObject([{ kind: 'limited', limit: 'requests' }]);
    await eventually(() => callee.waiting.length === 2);
    callee.release();
    await Promise.all(calls);
    const more = product.getProduct({ id: 'd' });
    await eventually(() => callee.waiting.length === 1);
    callee.release();
    await more;
  });

  test('limits calls that wait for a connection separately', async () => {
    const callee = await startBlockedCallee();
    const { client: product, decisions } = client([callee.address], { limits: { pendingRequests: 1 } });
    const first = product.getProduct({ id: 'a' });
    await expect(product.getProduct({ id: 'b' })).rejects.toMatchObject({ code: 'limit-reached' });
    expect(decisions).toMatchObject([{ kind: 'limited', limit: 'pendingRequests' }]);
    await eventually(() => callee.waiting.length === 1);
    // With a connection, no call is pending.
    const more = [product.getProduct({ id: 'c' }), product.getProduct({ id: 'd' })];
    await eventually(() => callee.waiting.length === 3);
    callee.release();
    await Promise.all([first, ...more]);
  });

  test('a call that fails without a connection no longer counts as pending', async () => {
    const { client: product } = client([], {
      limits: { pendingRequests: 1 },
    });
    const call = () => product.getProduct({ id: 'x' }, { timeoutMs: 20 });
    await expect(call()).rejects.not.toMatchObject({ code: 'limit-reached' });
    await expect(call()).rejects.not.toMatchObject({ code: 'limit-reached' });
  });

  test('a request that cannot be serialized fails, and no longer counts', async () => {
    const { client: product } = client([], { limits: { requests: 1 } });
    const request = {
      get id(): string {
        throw new RangeError('unwritable');
      },
    };
    for (let call = 0; call < 2; call++)
      await expect(product.getProduct(request)).rejects.toThrow('unwritable');
  });

  test('a stream counts as a request until its end', async () => {
    const { address } = await world.serve({
      async *watchStock(_, { signal }) {
        yield { productId: 'x', stock: 1, at: undefined };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    });
    const { client: product } = client([address], { limits: { requests: 1 } });
    for await (const _ of product.watchStock({ id: 'x' })) {
      await expect(product.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'limit-reached' });
      break;
    }
    await expect(product.getProduct({ id: 'x' })).rejects.not.toMatchObject({ code: 'limit-reached' });
  });
});

describe('breaker', () => {
  test('opens after failures, and closes after a successful probe', async () => {
    const callee = await startBlockedCallee();
    const { client: product, decisions } = client([callee.address], {
      breaker: { failurePercent: 50, minRequests: 3, window: '60s', openTime: '1ms' },
    });
    const call = async () => {
      let isOver = false;
      const requestCount = product.getProduct({ id: 'x' }).finally(() => {
        isOver = true;
      });
      requestCount.catch(() => {});
      await eventually(() => isOver || callee.waiting.length === 1);
      callee.release();
      return requestCount;
    };
    callee.state.isFailing = true;
    for (let failed = 0; failed < 3; failed++)
      await expect(call()).rejects.toMatchObject({ code: 'unavailable' });
    expect(decisions).toEqual([{ kind: 'breaker', state: 'open' }]);
    callee.state.isFailing = false;
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
  test('an injected abort responds without a call to the callee', async () => {
    const callee = await startBlockedCallee();
    const { client: product } = client([callee.address], {
      fault: { abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } },
    });
    await expect(product.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(callee.state.requestCount).toBe(0);
  });

  test('an injected abort is retried', async () => {
    const { client: product, decisions } = client([], {
      fault: { abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } },
      retries: { max: 2, on: ['unavailable'], backOff: { base: '1ms', max: '1ms' } },
    });
    await expect(product.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(decisions.map(({ kind }) => kind)).toEqual(['fault', 'retried', 'fault', 'retried', 'fault']);
  });

  test('an injected delay ends at the deadline of the call', async () => {
    const callee = await startBlockedCallee();
    const { client: product } = client([callee.address], {
      timeout: '50ms',
      fault: { delay: { percent: 100, duration: '1h' } },
    });
    await expect(product.getProduct({ id: 'x' })).rejects.toMatchObject({ code: 'deadline-exceeded' });
    expect(callee.state.requestCount).toBe(0);
  });
});

describe('hedging', () => {
  test('sends a second attempt to another endpoint, and takes the first response', async () => {
    const callees = await Promise.all([startBlockedCallee(), startBlockedCallee()]);
    const addresses = callees.map(({ address }) => address);
    const { client: product, decisions } = client(addresses, { hedging: { maxAttempts: 2, delay: '1ms' } });
    // Wait until both are connected.
    await eventually(async () => {
      const requestCount = product.getProduct({ id: 'x' });
      const freed = setInterval(() => callees.map(({ release }) => release()), 1);
      await requestCount;
      clearInterval(freed);
      return callees.every(({ state }) => state.requestCount > 0);
    });
    for (const { state } of callees) state.requestCount = 0;
    decisions.length = 0;
    const call = product.getProduct({ id: 'x' });
    await eventually(() => callees.every(({ state }) => state.requestCount === 1));
    callees[1]?.release();
    expect((await call).product).toEqual(PRODUCT);
    expect(decisions).toMatchObject([{ kind: 'hedged', attempt: 1 }]);
    await eventually(() => callees.every(({ state }) => state.open === 0));
  });

  test('never hedges to the same endpoint', async () => {
    const callee = await startBlockedCallee();
    const { client: product, decisions } = client([callee.address], {
      hedging: { maxAttempts: 3, delay: '1ms' },
    });
    const call = product.getProduct({ id: 'x' });
    await eventually(() => decisions.length === 2 && callee.waiting.length > 0);
    callee.release();
    await call;
    expect(callee.state.requestCount).toBe(1);
  });

  test('sends the next attempt at once after a failure', async () => {
    const callees = await Promise.all([startBlockedCallee(), startBlockedCallee()]);
    for (const { state } of callees) state.isFailing = true;
    const addresses = callees.map(({ address }) => address);
    const { client: product } = client(addresses, {
      timeout: '2h',
      hedging: { maxAttempts: 2, delay: '1h' },
    });
    const call = product.getProduct({ id: 'x' });
    call.catch(() => {});
    await eventually(() => {
      for (const one of callees) one.release();
      return callees.every(({ state }) => state.requestCount === 1);
    });
    for (const one of callees) one.release();
    await expect(call).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('does not exceed its retry budget', async () => {
    const callee = await startBlockedCallee();
    const { client: product, decisions } = client([callee.address], {
      hedging: { maxAttempts: 3, delay: '1ms', budget: { percent: 0, minConcurrency: 0 } },
    });
    const call = product.getProduct({ id: 'x' });
    await eventually(() => decisions.length > 0 && callee.waiting.length > 0);
    expect(decisions[0]).toEqual(expect.objectContaining({ kind: 'not-retried', reason: 'budget' }));
    callee.release();
    await call;
    expect(callee.state.requestCount).toBe(1);
  });

  test('does not hedge a method that is not idempotent', async () => {
    let requestCount = 0;
    const { address } = await world.serve({
      createProduct: async () => {
        requestCount++;
        throw serviceError('unavailable');
      },
    });
    const { client: product } = client([address], { hedging: { maxAttempts: 3, delay: '0ms' } });
    await expect(product.createProduct({ product: undefined })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(requestCount).toBe(1);
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

  /** Makes `calls` concurrent calls, whose attempts fail in the given ways in turn. */
  async function runCalls(
    { attempts, on, percent, minConcurrency }: Rules,
    kinds: readonly FailureKind[],
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
    const results = {
      tries: 0,
      retries: 0,
      maxRetries: 0,
      maxAllowed: 0,
      repeated: [] as FailureKind[],
      deadlines: [] as number[],
    };
    let inFlight = 0;
    let retrying = 0;
    const call = async () => {
      const outgoing = new OutgoingCall('a', layer.timeoutMs);
      const method = { path: '/b/C', isIdempotent };
      const release = layer.admit(method);
      inFlight++;
      let lastFailure: FailureKind | undefined;
      const attempt = (one: CallAttempt, deadline: number): PendingAttempt<string> => {
        results.tries++;
        results.deadlines.push(deadline - outgoing.deadline);
        if (one.number > 0) {
          results.repeated.push(lastFailure as FailureKind);
          retrying++;
          results.maxRetries = Math.max(results.maxRetries, retrying);
        }
        const way = kinds[results.tries % kinds.length] ?? 'answered';
        const answer = (async () => {
          await new Promise(setImmediate);
          if (one.number > 0) retrying--;
          lastFailure = way;
          one.failure = { kind: way, code: status.UNAVAILABLE };
          throw grpcError(status.UNAVAILABLE, way);
        })();
        return { response: answer, cancel: () => {} };
      };
      await layer.run(outgoing, method, attempt).catch(() => {});
      inFlight--;
      release();
    };
    results.maxAllowed = Math.max(minConcurrency, Math.floor((percent / 100) * calls));
    await Promise.all(Array.from({ length: calls }, call));
    expect(inFlight).toBe(0);
    return results;
  }

  test('the retry budget is never exceeded', async () => {
    await fc.assert(
      fc.asyncProperty(
        policy,
        fc.array(how, { minLength: 1 }),
        fc.integer({ min: 1, max: 30 }),
        async (rules, kinds, calls) => {
          const { maxRetries, maxAllowed } = await runCalls(rules, kinds, calls, true);
          expect(maxRetries).toBeLessThanOrEqual(maxAllowed);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a method that is not idempotent is retried only if it was not processed', async () => {
    await fc.assert(
      fc.asyncProperty(policy, fc.array(how, { minLength: 1 }), async (rules, kinds) => {
        const { repeated } = await runCalls({ ...rules, percent: 100, minConcurrency: 9 }, kinds, 5, false);
        for (const one of repeated) expect(['unsent', 'refused']).toContain(one);
      }),
      { numRuns: 60 },
    );
  });

  test('no attempt has a later deadline than its call', async () => {
    await fc.assert(
      fc.asyncProperty(policy, fc.array(how, { minLength: 1 }), async (rules, kinds) => {
        const { deadlines } = await runCalls(rules, kinds, 5, true);
        for (const beyond of deadlines) expect(beyond).toBeLessThanOrEqual(0);
      }),
      { numRuns: 30 },
    );
  });
});

test('a changed policy applies to the next call', async () => {
  const live = new LivePolicy({ timeout: '60s' });
  const layer = new CallLayer(live, { callee: 'b', observe: () => {}, isConnected: () => true });
  expect(layer.timeoutMs).toBe(60_000);
  live.change({ timeout: '1s', limits: { requests: 1 } });
  expect(layer.timeoutMs).toBe(1_000);
  const method = { path: '/b/C', isIdempotent: true };
  const release = layer.admit(method);
  expect(() => layer.admit(method)).toThrow('calls to b reached limits.requests of 1');
  release();
  live.change({ timeout: '1s' });
  layer.admit(method)();
});
