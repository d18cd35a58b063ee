import { status } from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import type { StartAttempt } from '../../../../services/kit/client/call-attempt.ts';
import { type FailureKind, grpcError } from '../../../../services/kit/client/call-failure.ts';
import { CallLayer } from '../../../../services/kit/client/call-layer.ts';
import { LivePolicy } from '../../../../services/kit/client/live-policy.ts';
import { OutgoingCall } from '../../../../services/kit/client/outgoing-call.ts';
import type { PolicyDecision } from '../../../../services/kit/client/policy-decision.ts';

const METHOD = { path: '/b/C', isIdempotent: true };
const BACK_OFF = { base: '1ms', max: '1ms' } as const;

function openLayer(policy: CallPolicy, observe: (decision: PolicyDecision) => void = () => {}) {
  return new CallLayer(new LivePolicy(policy), { callee: 'b', observe, isConnected: () => true });
}

const budget = fc.record({ percent: fc.nat({ max: 100 }), minConcurrency: fc.nat({ max: 3 }) });
const again = fc.constantFrom('retries', 'hedging').chain((kind) =>
  fc
    .record({ tries: fc.integer({ min: 2, max: 4 }), budget })
    .map(({ tries, budget }): Partial<CallPolicy> => {
      if (kind === 'hedging') return { hedging: { maxAttempts: tries, delay: '0ms', budget } };
      return { retries: { max: tries - 1, on: ['unavailable'], backOff: BACK_OFF, budget } };
    }),
);

test('law: no retry or hedge exceeds its budget, whatever the order of events', async () => {
  await fc.assert(
    fc.asyncProperty(
      again,
      fc.scheduler(),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 16 }),
      async (policy, scheduler, failures, calls) => {
        const { percent = 0, minConcurrency = 0 } = policy.retries?.budget ?? policy.hedging?.budget ?? {};
        let inFlight = 0;
        let extra = 0;
        let tries = 0;
        const beyond: number[] = [];
        const layer = openLayer({ timeout: '60s', ...policy }, ({ kind }) => {
          if (kind !== 'retried' && kind !== 'hedged') return;
          extra++;
          if (extra > Math.max(minConcurrency, (percent / 100) * inFlight)) beyond.push(extra);
        });
        const attempt: StartAttempt<string> = (one) => {
          const fails = failures[tries++ % failures.length];
          const scheduled = scheduler.schedule(Promise.resolve(), `try ${one.number}`);
          const answer = scheduled.then(() => {
            // Runs before the strategy sees the result, so that the count here is never higher than the strategy's.
            if (one.number > 0) extra--;
            if (!fails) return 'answer';
            one.failure = { kind: 'answered', code: status.UNAVAILABLE };
            throw grpcError(status.UNAVAILABLE, 'on purpose');
          });
          return { response: answer, cancel: () => {} };
        };
        const call = async () => {
          await scheduler.schedule(Promise.resolve(), 'call');
          const leave = layer.admit(METHOD);
          inFlight++;
          await layer.run(new OutgoingCall('a', layer.timeoutMs), METHOD, attempt).catch(() => {});
          inFlight--;
          leave();
        };
        await scheduler.waitFor(Promise.all(Array.from({ length: calls }, call)));
        expect(beyond).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test('law: no attempt has a later deadline than its call, and no call than its parent', async () => {
  const ms = fc.integer({ min: 1_000, max: 3_600_000 });
  const settings = fc.record({
    timeout: fc.option(ms),
    perTry: fc.option(ms),
    parent: fc.option(ms),
    own: fc.option(ms),
    attempts: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(settings, async ({ timeout, perTry, parent, own, attempts }) => {
      const retries = {
        max: attempts,
        on: ['unavailable'],
        backOff: BACK_OFF,
        ...(perTry !== null && { perTryTimeout: `${perTry}ms` as const }),
      } as const;
      const layer = openLayer({ timeout: timeout === null ? 'none' : `${timeout}ms`, retries });
      const began = Date.now();
      const deadline = parent === null ? Number.POSITIVE_INFINITY : began + parent;
      const context = {
        deadline,
        signal: new AbortController().signal,
        requestId: 'a',
        canary: '',
      };
      const outgoing = new OutgoingCall('a', layer.timeoutMs, {
        context,
        ...(own !== null && { timeoutMs: own }),
      });
      const tries: { readonly deadline: number; readonly at: number }[] = [];
      const attempt: StartAttempt<string> = (one, deadline) => {
        tries.push({ deadline, at: Date.now() });
        one.failure = { kind: 'answered', code: status.UNAVAILABLE };
        return { response: Promise.reject(grpcError(status.UNAVAILABLE, 'on purpose')), cancel: () => {} };
      };
      await layer.run(outgoing, METHOD, attempt).catch(() => {});
      const minTimeoutMs = Math.min(timeout ?? Number.POSITIVE_INFINITY, own ?? Number.POSITIVE_INFINITY);
      expect(outgoing.deadline).toBeLessThanOrEqual(deadline);
      expect(outgoing.deadline).toBeLessThanOrEqual(Date.now() + minTimeoutMs);
      expect(outgoing.deadline).toBeGreaterThanOrEqual(Math.min(deadline, began + minTimeoutMs));
      expect(tries).toHaveLength(attempts + 1);
      for (const one of tries) {
        expect(one.deadline).toBeLessThanOrEqual(outgoing.deadline);
        if (perTry !== null) expect(one.deadline).toBeLessThanOrEqual(one.at + perTry);
      }
    }),
    { numRuns: 60 },
  );
});

test('law: calls of methods that are not idempotent, and calls made for a retry, are not hedged', async () => {
  const how = fc.constantFrom<FailureKind>('unsent', 'refused', 'reset', 'timed-out', 'answered', 'begun');
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 5 }),
      how,
      fc.boolean(),
      fc.boolean(),
      async (maxAttempts, way, isIdempotent, isRetry) => {
        const layer = openLayer({ timeout: '60s', hedging: { maxAttempts, delay: '0ms' } });
        const context = {
          deadline: Number.POSITIVE_INFINITY,
          signal: new AbortController().signal,
          requestId: 'a',
          canary: '',
          isRetry,
        };
        let tries = 0;
        const attempt: StartAttempt<string> = (one) => {
          tries++;
          one.failure = { kind: way, code: status.UNAVAILABLE };
          return { response: Promise.reject(grpcError(status.UNAVAILABLE, way)), cancel: () => {} };
        };
        const outgoing = new OutgoingCall('a', layer.timeoutMs, { context });
        await layer.run(outgoing, { path: '/b/C', isIdempotent }, attempt).catch(() => {});
        expect(tries).toBe(isIdempotent && !isRetry ? maxAttempts : 1);
      },
    ),
    { numRuns: 60 },
  );
});
