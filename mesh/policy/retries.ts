import type { Duration } from './duration.ts';

/** Why a try may be repeated. Names are Envoy's (`x-envoy-retry-on`, `x-envoy-retry-grpc-on`). */
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

/** The conditions under which the callee has not begun the call, so that any method may be repeated. */
export const UNPROCESSED_CONDITIONS: readonly RetryCondition[] = ['connect-failure', 'refused-stream'];

export interface Retries {
  /** Tries after the first, 1 to 10. (gRPC's maxAttempts is one more.) */
  readonly max: number;
  /** Time for each try; at most the call's timeout. @default the call's timeout */
  readonly perTryTimeout?: Duration;
  readonly on: readonly RetryCondition[];
  /** Full jitter between zero and `base * 2^n`, at most `max`. @default 25 ms, at most 250 ms (Envoy) */
  readonly backOff?: { readonly base: Duration; readonly max: Duration };
  /** @default none */
  readonly budget?: RetryBudget;
}

/** Retries in flight, as a share of the requests in flight. */
export interface RetryBudget {
  /** 0 to 100. */
  readonly percent: number;
  /** Retries allowed however few requests there are. */
  readonly minConcurrency: number;
}

/** Conditions of a policy under which the callee may have begun the call. */
export function ambiguousConditions(retries: Retries | undefined): readonly RetryCondition[] {
  return retries?.on.filter((condition) => !UNPROCESSED_CONDITIONS.includes(condition)) ?? [];
}
