import { CallAttempt, type PendingAttempt } from './call-attempt.ts';
import type { InFlightCounts } from './in-flight-counts.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import type { DecisionObserver } from './policy-decision.ts';

/** The called method, as far as retries and limits depend on it. */
export interface CallMethod {
  /** `/weft.product.v1.ProductService/GetProduct` */
  readonly path: string;
  /** Whether the callee may process a request twice without harm. */
  readonly isIdempotent: boolean;
}

/** One call, as an AttemptStrategy sees it. */
export interface CallRun<T> {
  readonly outgoing: OutgoingCall;
  readonly method: CallMethod;
  readonly inFlight: InFlightCounts;
  readonly observe: DecisionObserver;
  send(attempt: CallAttempt): PendingAttempt<T>;
}

/** Decides how many attempts a call gets, and when each is sent. */
export type AttemptStrategy = <T>(run: CallRun<T>) => Promise<T>;

/** Sends a single attempt. */
export const attemptOnce: AttemptStrategy = (run) => run.send(new CallAttempt(0, [])).response;
