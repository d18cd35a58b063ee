import { status } from '@grpc/grpc-js';
import type { Hedging, Limits } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import { type AttemptStrategy, attemptOnce } from './attempt-strategy.ts';
import { CallAttempt, type PendingAttempt } from './call-attempt.ts';
import { type CallFailure, grpcError } from './call-failure.ts';
import type { RetryRefusal } from './policy-decision.ts';

/**
 * Returns a strategy that hedges a call: it sends further attempts to other endpoints while there is no response, and
 * takes the first response (Dean and Barroso, The Tail at Scale, 2013; gRFC A6). After a failure that is specific to an
 * endpoint, the next attempt is sent at once, or after the callee's pushback if that ends before the deadline.
 */
export function createHedgingStrategy(hedging: Hedging, limits: Limits | undefined): AttemptStrategy {
  const delayMs = milliseconds(hedging.delay);

  return (run) => {
    const { outgoing, method, inFlight, observe } = run;
    if (!method.isIdempotent || outgoing.isForRetry) return attemptOnce(run);
    return new Promise((resolve, reject) => {
      const attempts: CallAttempt[] = [];
      const pendingAttempts = new Set<PendingAttempt<unknown>>();
      let isOver = false;
      /** Whether the callee's pushback forbids further attempts. */
      let isRefused = false;
      let timer: NodeJS.Timeout | undefined;
      let lastError: unknown;

      const finish = (settle: () => void) => {
        isOver = true;
        clearTimeout(timer);
        removeListener();
        for (const pending of pendingAttempts) pending.cancel();
        settle();
      };
      // Between two attempts, no attempt listens for cancellation.
      const removeListener = outgoing.onCancel(() =>
        finish(() => reject(grpcError(status.CANCELLED, 'cancelled by the caller'))),
      );
      const reportRefusal = (reason: RetryRefusal) =>
        observe({ kind: 'not-retried', method: method.path, reason, isHedge: true });
      /** Returns whether the budget allows another attempt, and reports the refusal if it does not. */
      const checkBudget = () => {
        const reason = inFlight.findRetryLimit(hedging.budget, limits);
        if (reason) reportRefusal(reason);
        return !reason;
      };
      const schedule = (waitMs: number) => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          if (checkBudget()) send();
          // Rejects the call, which would otherwise hang: its last attempt failed, and other calls have used up the
          // budget since.
          else if (pendingAttempts.size === 0) finish(() => reject(lastError));
        }, waitMs);
      };
      /** Returns the milliseconds until the next attempt may follow a failed one; undefined if none may follow. */
      const waitAfter = ({ pushbackMs = 0 }: CallFailure) => {
        const isInTime = pushbackMs !== 'never' && Date.now() + pushbackMs < outgoing.deadline;
        if (isInTime) return pushbackMs;
        // Pushback also cancels the attempt that was scheduled for lack of a response.
        clearTimeout(timer);
        isRefused = true;
        reportRefusal(pushbackMs === 'never' ? 'push-back' : 'deadline');
        return undefined;
      };
      const send = () => {
        const number = attempts.length;
        const attempt = new CallAttempt(number, attempts, number > 0);
        attempts.push(attempt);
        if (number > 0) {
          inFlight.retries++;
          observe({ kind: 'hedged', method: method.path, attempt: number });
        }
        const pending = run.send(attempt);
        pendingAttempts.add(pending);
        pending.response
          .finally(() => {
            pendingAttempts.delete(pending);
            if (number > 0) inFlight.retries--;
          })
          .then(
            (response) => {
              if (!isOver) finish(() => resolve(response));
            },
            (error: unknown) => {
              if (isOver) return;
              lastError = error;
              const { failure } = attempt;
              if (!failure || isFatal(failure) || outgoing.isCancelled) return finish(() => reject(error));
              const isLast = isRefused || attempts.length >= hedging.maxAttempts;
              const waitMs = isLast ? undefined : waitAfter(failure);
              if (waitMs !== undefined && checkBudget()) schedule(waitMs);
              else if (pendingAttempts.size === 0) finish(() => reject(error));
            },
          );
        if (attempts.length < hedging.maxAttempts) schedule(delayMs);
      };
      send();
    });
  };
}

/** Returns whether every endpoint would respond with the same failure. */
function isFatal({ kind, code }: CallFailure): boolean {
  return (kind === 'answered' || kind === 'begun') && code !== status.UNAVAILABLE;
}
