import { status } from '@grpc/grpc-js';
import type { Hedging, Limits } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import { once, type Strategy } from './call-run.ts';
import type { NotRetried } from './decision.ts';
import { type Failure, grpcError } from './failure.ts';
import { type Sent, Try } from './try.ts';

/**
 * Sends a call again, to another host, while there is no answer, and takes the first (Dean and Barroso, The Tail at Scale,
 * 2013; gRFC A6). A try that fails in a way that another host may not is followed by the next at once, or when the callee
 * says, unless that is after the deadline.
 */
export function hedged(hedging: Hedging, limits: Limits | undefined): Strategy {
  const delayMs = milliseconds(hedging.delay);

  return (run) => {
    const { outgoing, method, inFlight, observe } = run;
    if (!method.isIdempotent || outgoing.retried) return once(run);
    return new Promise((resolve, reject) => {
      const tries: Try[] = [];
      const open = new Set<Sent<unknown>>();
      let isOver = false;
      /** Whether the callee wants no more tries, or none in time. */
      let isRefused = false;
      let timer: NodeJS.Timeout | undefined;
      let lastError: unknown;

      const finish = (settle: () => void) => {
        isOver = true;
        clearTimeout(timer);
        forget();
        for (const sent of open) sent.cancel();
        settle();
      };
      // Between two tries there is none that would hear of it.
      const forget = outgoing.onCancel(() =>
        finish(() => reject(grpcError(status.CANCELLED, 'given up by the caller'))),
      );
      const refuse = (because: NotRetried) => observe({ kind: 'not-retried', method: method.path, because });
      /** Whether one more try may be sent, which is said when it may not. */
      const isFree = () => {
        const because = inFlight.forbids(hedging.budget, limits);
        if (because) refuse(because);
        return !because;
      };
      const next = (waitMs: number) => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          if (isFree()) send();
          // Others have taken the budget since a try failed, and none is left that could answer.
          else if (open.size === 0) finish(() => reject(lastError));
        }, waitMs);
      };
      /** Milliseconds until the next try may follow one that failed; undefined when none may follow. */
      const waitAfter = ({ pushBack = 0 }: Failure) => {
        const inTime = pushBack !== 'never' && Date.now() + pushBack < outgoing.deadline;
        if (inTime) return pushBack;
        // Nor may the one that would have been sent for want of an answer.
        clearTimeout(timer);
        isRefused = true;
        refuse(pushBack === 'never' ? 'push-back' : 'deadline');
        return undefined;
      };
      const send = () => {
        const attempt = tries.length;
        const one = new Try(attempt, tries, attempt > 0);
        tries.push(one);
        if (attempt > 0) {
          inFlight.retries++;
          observe({ kind: 'hedged', method: method.path, attempt });
        }
        const sent = run.send(one);
        open.add(sent);
        sent.answer
          .finally(() => {
            open.delete(sent);
            if (attempt > 0) inFlight.retries--;
          })
          .then(
            (answer) => {
              if (!isOver) finish(() => resolve(answer));
            },
            (error: unknown) => {
              if (isOver) return;
              lastError = error;
              const { failure } = one;
              if (!failure || isFatal(failure) || outgoing.isGivenUp) return finish(() => reject(error));
              const isLast = isRefused || tries.length >= hedging.maxAttempts;
              const waitMs = isLast ? undefined : waitAfter(failure);
              if (waitMs !== undefined && isFree()) next(waitMs);
              else if (open.size === 0) finish(() => reject(error));
            },
          );
        if (tries.length < hedging.maxAttempts) next(delayMs);
      };
      send();
    });
  };
}

/** Whether another host would say the same. */
function isFatal({ how, code }: Failure): boolean {
  return (how === 'answered' || how === 'begun') && code !== status.UNAVAILABLE;
}
