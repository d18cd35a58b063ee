import type { Balance } from './balance.ts';
import type { Duration } from './duration.ts';
import type { Layer } from './layer.ts';
import type { Retries, RetryBudget } from './retries.ts';

/**
 * The policy of a call, as plain data that is the same for every layer. Semantics are Envoy's. The ranges of all
 * numbers are in ranges.ts.
 */
export interface CallPolicy {
  /** Deadline of the call, including its retries. `'none'` is for long-lived streams. */
  readonly timeout: Duration | 'none';
  /** @default no retries */
  readonly retries?: Retries;
  /** @default round robin */
  readonly balance?: Balance;
  /** @default no endpoint is ejected */
  readonly outlierDetection?: OutlierDetection;
  /** @default no limits */
  readonly limits?: Limits;
  /** @default no fault injection */
  readonly fault?: Fault;
  /** @default no hedging */
  readonly hedging?: Hedging;
  /** @default no circuit breaker */
  readonly breaker?: Breaker;
  /** Layer that enforces the policy. @default the environment's layer */
  readonly layer?: Layer;
  /** `'accept'` allows the layer to implement a field approximately. @default approximate fields fail synthesis */
  readonly approximation?: 'accept';
}

/** Temporarily ejects failing endpoints from load balancing. */
export interface OutlierDetection {
  /** Consecutive errors (HTTP 5xx, or the gRPC statuses that map to it) that eject an endpoint, at least 1. */
  readonly consecutiveErrors: number;
  /** Time between checks for endpoints whose ejection has ended. @default 10s */
  readonly interval?: Duration;
  /**
   * Duration of the first ejection. Each later ejection is longer: this time multiplied by the number of ejections.
   * @default 30s
   */
  readonly baseEjectionTime?: Duration;
  /** Maximum share of the endpoints that can be ejected at the same time, in whole percent, 0 to 100. @default 10 */
  readonly maxEjectionPercent?: number;
  /**
   * Share of healthy endpoints below which ejected endpoints are used again (Envoy's panic threshold), in whole
   * percent, 0 to 100. @default 0
   */
  readonly minHealthPercent?: number;
}

/** Limits of one caller towards one callee, for each process of the caller. Excess requests are refused at once. */
export interface Limits {
  /** Maximum number of TCP connections. */
  readonly connections?: number;
  /** Maximum number of requests that wait for a connection. */
  readonly pendingRequests?: number;
  /** Maximum number of requests in flight. */
  readonly requests?: number;
  /** Maximum number of retries in flight. */
  readonly concurrentRetries?: number;
}

/** Fault injection. */
export interface Fault {
  /** Delays `percent` of the requests (0 to 100) by `duration`. */
  readonly delay?: { readonly percent: number; readonly duration: Duration };
  /** Answers `percent` of the requests (0 to 100) with a gRPC status, such as `'UNAVAILABLE'`. */
  readonly abort?: { readonly percent: number; readonly grpcStatus: string };
}

/** Sends further attempts of a request while the first is still in flight, and uses the first response (gRFC A6). */
export interface Hedging {
  /** Maximum number of attempts, including the first, 2 to 5. */
  readonly maxAttempts: number;
  /** Time after which the next attempt is sent. gRPC's `hedgingDelay`. */
  readonly delay: Duration;
  /** Budget of the further attempts. @default the limit `concurrentRetries` */
  readonly budget?: RetryBudget;
}

/**
 * Circuit breaker for the callee as a whole. While it is open, it refuses calls at once. When half-open, it lets one
 * call at a time through to probe whether the callee has recovered.
 */
export interface Breaker {
  /** Error rate at which the breaker opens, in percent, 1 to 100. */
  readonly failurePercent: number;
  /** Minimum number of calls within the window for the error rate to count, at least 1. */
  readonly minRequests: number;
  /** Sliding window of the error rate. */
  readonly window: Duration;
  /** Time from opening to half-open. */
  readonly openTime: Duration;
}
