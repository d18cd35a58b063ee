import type { Limits } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { Retries } from '../../../mesh/policy/retries.ts';
import { backOffMs } from '../time/back-off.ts';
import type { AttemptStrategy, CallRun } from './attempt-strategy.ts';
import { CallAttempt } from './call-attempt.ts';
import type { CallFailure } from './call-failure.ts';
import type { RetryRefusal } from './policy-decision.ts';
import { isUnprocessed, matchesCondition } from './retry-condition.ts';

/** Envoy's default back-off of a retry policy (JitteredExponentialBackOffStrategy). */
const DEFAULT_BACK_OFF: NonNullable<Retries['backOff']> = { base: '25ms', max: '250ms' };

/** Returns a strategy that retries a call while it fails in a way that `retries` names, as Envoy's router does. */
export function createRetryStrategy(retries: Retries, limits: Limits | undefined): AttemptStrategy {
  const { max: maxRetries, on, budget, backOff = DEFAULT_BACK_OFF } = retries;
  const delays = {
    minMs: milliseconds(backOff.base),
    maxMs: milliseconds(backOff.max),
    jitter: 'full',
  } as const;

  return async (run) => {
    const { outgoing, method, inFlight, observe } = run;
    const failedAttempts: CallAttempt[] = [];
    // Share of this call in the count of concurrent retries: 1 from the decision to retry until the retry ends,
    // including its back-off. `finally` subtracts it, or the retry budget would leak.
    let countedRetries = 0;
    try {
      for (let number = 0; ; number++) {
        const attempt = new CallAttempt(number, failedAttempts);
        try {
          return await run.send(attempt).response;
        } catch (error) {
          inFlight.retries -= countedRetries;
          countedRetries = 0;
          const { failure } = attempt;
          if (!failure || number >= maxRetries || outgoing.isCancelled) throw error;
          if (!on.some((condition) => matchesCondition(condition, failure))) throw error;
          const waitMs =
            typeof failure.pushbackMs === 'number' ? failure.pushbackMs : backOffMs(delays, number);
          const reason = findRefusal(run, failure, waitMs) ?? inFlight.findRetryLimit(budget, limits);
          if (reason) {
            observe({ kind: 'not-retried', method: method.path, reason });
            throw error;
          }
          const { kind, code } = failure;
          const endpoint = attempt.endpoint?.id;
          observe({
            kind: 'retried',
            method: method.path,
            attempt: number + 1,
            endpoint,
            failure: kind,
            code,
            waitMs,
          });
          inFlight.retries += ++countedRetries;
          failedAttempts.push(attempt);
          await outgoing.wait(waitMs);
          if (outgoing.isCancelled) throw error;
        }
      }
    } finally {
      inFlight.retries -= countedRetries;
    }
  };
}

function findRefusal(
  { outgoing, method }: CallRun<unknown>,
  failure: CallFailure,
  waitMs: number,
): RetryRefusal | undefined {
  if (!isUnprocessed(failure)) {
    if (!method.isIdempotent) return 'not-idempotent';
    if (outgoing.isForRetry) return 'retry-of-a-retry';
  }
  if (failure.pushbackMs === 'never') return 'push-back';
  return Date.now() + waitMs >= outgoing.deadline ? 'deadline' : undefined;
}
