import { status } from '@grpc/grpc-js';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RETRY_CONDITIONS, type RetryCondition } from '../../../../mesh/policy/retries.ts';
import type { CallAttempt, PendingAttempt } from '../../../../services/kit/client/call-attempt.ts';
import { type FailureKind, grpcError } from '../../../../services/kit/client/call-failure.ts';
import { CallLayer } from '../../../../services/kit/client/call-layer.ts';
import { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import { OutgoingCall } from '../../../../services/kit/client/outgoing-call.ts';

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
