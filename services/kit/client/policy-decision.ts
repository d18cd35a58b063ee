import type { Limits } from '../../../mesh/policy/call-policy.ts';
import type { FailureKind } from './call-failure.ts';

/** A decision of the in-app layer about a call or an endpoint, for metrics and logs. */
export type PolicyDecision =
  /** An endpoint failed `errors` times in a row and was ejected from balancing. */
  | { readonly kind: 'ejected'; readonly endpoint: string; readonly errors: number }
  /** The ejection time of an endpoint is over. */
  | { readonly kind: 'returned'; readonly endpoint: string }
  /** An attempt failed, and attempt number `attempt` (1 for the first retry) follows after `waitMs` milliseconds. */
  | {
      readonly kind: 'retried';
      readonly method: string;
      readonly attempt: number;
      /** Endpoint of the failed attempt, if it was sent. */
      readonly endpoint: string | undefined;
      readonly failure: FailureKind;
      readonly code: number;
      readonly waitMs: number;
    }
  /** An attempt failed in a way that the policy retries, but no retry was allowed. */
  | {
      readonly kind: 'not-retried';
      readonly method: string;
      readonly reason: RetryRefusal;
      /** Whether the attempt would have been a hedge. @default false */
      readonly isHedge?: true;
    }
  /** Another attempt was sent while earlier ones had no response. */
  | { readonly kind: 'hedged'; readonly method: string; readonly attempt: number }
  /** A limit refused a call. */
  | { readonly kind: 'limited'; readonly method: string; readonly limit: keyof Limits }
  /** A fault of the policy was injected. */
  | { readonly kind: 'fault'; readonly method: string; readonly fault: 'delay' | 'abort' }
  /** The breaker changed its state. */
  | { readonly kind: 'breaker'; readonly state: 'open' | 'half-open' | 'closed' }
  /** The open breaker refused a call. */
  | { readonly kind: 'broken'; readonly method: string }
  /** A call failed because a time limit ran out. */
  | { readonly kind: 'deadline'; readonly method: string; readonly limit: TimeLimitKind };

/**
 * The time limit that ended a call:
 * - `timeout`: that of the policy
 * - `perTryTimeout`: that of an attempt, after which no other attempt followed
 * - `caller`: the deadline of the request that the call serves, or the `timeoutMs` of the caller
 */
export type TimeLimitKind = 'timeout' | 'perTryTimeout' | 'caller';

/**
 * Why an attempt is not retried:
 * - `not-idempotent`: the callee may have processed the request, and the method may not be repeated
 * - `retry-of-a-retry`: the call was made for a request that is itself a retry. Retrying it would multiply the load
 *   (retry storm)
 * - `push-back`: the callee asked for no retry (gRFC A6)
 * - `deadline`: the deadline passes before the retry could start
 * - `budget`, `concurrentRetries`: the retry budget, or limit of concurrent retries, is used up
 */
export type RetryRefusal =
  | 'not-idempotent'
  | 'retry-of-a-retry'
  | 'push-back'
  | 'deadline'
  | 'budget'
  | 'concurrentRetries';

/** Returns the metric label that distinguishes decisions of one kind: the limit, the reason or the state. */
export function detailOf(decision: PolicyDecision): string {
  switch (decision.kind) {
    case 'retried':
      return decision.failure;
    case 'not-retried':
      return decision.reason;
    case 'limited':
      return decision.limit;
    case 'fault':
      return decision.fault;
    case 'breaker':
      return decision.state;
    case 'deadline':
      return decision.limit;
    default:
      return '';
  }
}

/**
 * Returns the path of the field of the CallPolicy that decided, such as `retries.budget`. Empty if no field did: the
 * caller's own deadline passed, or the callee asked for no retry.
 */
export function fieldOf(decision: PolicyDecision): string {
  switch (decision.kind) {
    case 'ejected':
      return 'outlierDetection.consecutiveErrors';
    case 'returned':
      return 'outlierDetection.baseEjectionTime';
    case 'retried':
      return 'retries.on';
    case 'not-retried':
      return refusalFieldOf(decision.reason, decision.isHedge === true);
    case 'hedged':
      return 'hedging.delay';
    case 'limited':
      return `limits.${decision.limit}`;
    case 'fault':
      return `fault.${decision.fault}`;
    case 'breaker':
      return decision.state === 'half-open' ? 'breaker.openTime' : 'breaker.failurePercent';
    case 'broken':
      return 'breaker.failurePercent';
    case 'deadline':
      return DEADLINE_FIELDS[decision.limit];
  }
}

const DEADLINE_FIELDS: Readonly<Record<TimeLimitKind, string>> = {
  timeout: 'timeout',
  perTryTimeout: 'retries.perTryTimeout',
  caller: '',
};

function refusalFieldOf(reason: RetryRefusal, isHedge: boolean): string {
  switch (reason) {
    case 'budget':
      return isHedge ? 'hedging.budget' : 'retries.budget';
    case 'concurrentRetries':
      return 'limits.concurrentRetries';
    case 'deadline':
      return 'timeout';
    case 'push-back':
      return '';
    case 'not-idempotent':
    case 'retry-of-a-retry':
      return 'retries.on';
  }
}

export type DecisionObserver = (decision: PolicyDecision) => void;
