import type { Duration } from './duration.ts';

/**
 * Outcomes of an attempt after which a call may be retried. Names are Envoy's (`x-envoy-retry-on`,
 * `x-envoy-retry-grpc-on`).
 */
export const RETRY_CONDITIONS = [
  'connect-failure',
  'refused-stream',
  'unavailable',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'reset',
  'gateway-error',
  '5xx',
] as const;

export type RetryCondition = (typeof RETRY_CONDITIONS)[number];

/**
 * The conditions under which the callee cannot have started to process the request, so that any method can be retried.
 */
export const UNPROCESSED_CONDITIONS: readonly RetryCondition[] = ['connect-failure', 'refused-stream'];

export interface Retries {
  /**
   * Maximum number of retries after the first attempt, 1 to 10. Envoy's `num_retries` and Istio's `retries.attempts`.
   * One less than gRPC's `maxAttempts`.
   */
  readonly max: number;
  /** Timeout of each attempt, at most the timeout of the call. @default the timeout of the call */
  readonly perTryTimeout?: Duration;
  /** Outcomes that are retried. At least one. */
  readonly on: readonly RetryCondition[];
  /**
   * Exponential backoff with full jitter: the wait before retry n is random between zero and `base * 2^n`, and at most
   * `max`. @default base 25 ms and max 250 ms (Envoy)
   */
  readonly backOff?: { readonly base: Duration; readonly max: Duration };
  /** @default no budget */
  readonly budget?: RetryBudget;
}

/** Limits the retries in flight to a share of the requests in flight. */
export interface RetryBudget {
  /** Retries in flight in percent of the requests in flight, 0 to 100. */
  readonly percent: number;
  /**
   * Number of concurrent retries that the budget always allows, regardless of `percent`. Envoy's
   * `min_retry_concurrency`.
   */
  readonly minConcurrency: number;
}

/** Returns the retry conditions under which the callee may have started to process the request. */
export function ambiguousConditions(retries: Retries | undefined): readonly RetryCondition[] {
  return retries?.on.filter((condition) => !UNPROCESSED_CONDITIONS.includes(condition)) ?? [];
}
