import type { Limits } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { Retries } from '../../../mesh/policy/retries.ts';
import { backOffMs } from '../time/back-off.ts';
import type { CallRun, Strategy } from './call-run.ts';
import type { NotRetried } from './decision.ts';
import type { Failure } from './failure.ts';
import { isHarmless, meets } from './retry-condition.ts';
import { Try } from './try.ts';

/** Envoy's default back-off of a retry policy (JitteredExponentialBackOffStrategy). */
const DEFAULT_BACK_OFF: NonNullable<Retries['backOff']> = { base: '25ms', max: '250ms' };

/** Tries a call again while it fails in a way that `retries` names, as Envoy's router does. */
export function retrying(retries: Retries, limits: Limits | undefined): Strategy {
  const { max: maxRetries, on, budget, backOff = DEFAULT_BACK_OFF } = retries;
  const pauses = {
    minMs: milliseconds(backOff.base),
    maxMs: milliseconds(backOff.max),
    jitter: 'full',
  } as const;

  return async (run) => {
    const { outgoing, method, inFlight, observe } = run;
    const tries: Try[] = [];
    // Counted from the decision until its end, the wait included.
    let retry = 0;
    try {
      for (let attempt = 0; ; attempt++) {
        const one = new Try(attempt, tries);
        try {
          return await run.send(one).answer;
        } catch (error) {
          inFlight.retries -= retry;
          retry = 0;
          const { failure } = one;
          if (!failure || attempt >= maxRetries || outgoing.isGivenUp) throw error;
          if (!on.some((condition) => meets(condition, failure))) throw error;
          const waitMs = typeof failure.pushBack === 'number' ? failure.pushBack : backOffMs(pauses, attempt);
          const because = refusal(run, failure, waitMs) ?? inFlight.forbids(budget, limits);
          if (because) {
            observe({ kind: 'not-retried', method: method.path, because });
            throw error;
          }
          const { how, code } = failure;
          observe({ kind: 'retried', method: method.path, attempt: attempt + 1, how, code, waitMs });
          inFlight.retries += ++retry;
          tries.push(one);
          await outgoing.wait(waitMs);
          if (outgoing.isGivenUp) throw error;
        }
      }
    } finally {
      inFlight.retries -= retry;
    }
  };
}

function refusal(
  { outgoing, method }: CallRun<unknown>,
  failure: Failure,
  waitMs: number,
): NotRetried | undefined {
  if (!isHarmless(failure)) {
    if (!method.isIdempotent) return 'not-idempotent';
    if (outgoing.retried) return 'retry-of-a-retry';
  }
  if (failure.pushBack === 'never') return 'push-back';
  return Date.now() + waitMs >= outgoing.deadline ? 'deadline' : undefined;
}
