import type { Balance } from './balance.ts';
import type { Duration } from './duration.ts';
import type { Layer } from './layer.ts';
import type { Retries, RetryBudget } from './retries.ts';

/** What holds for a call: plain data, the same for every layer. Semantics are Envoy's. */
export interface CallPolicy {
  /** Time for the whole call with its retries; `'none'` for streams that stay open. */
  readonly timeout: Duration | 'none';
  /** @default no retries */
  readonly retries?: Retries;
  /** @default round robin */
  readonly balance?: Balance;
  /** @default no endpoint is ejected */
  readonly outlierDetection?: OutlierDetection;
  /** @default no limits */
  readonly limits?: Limits;
  /** @default no fault is injected */
  readonly fault?: Fault;
  /** @default no hedging */
  readonly hedging?: Hedging;
  /** @default no breaker */
  readonly breaker?: Breaker;
  /** Who enforces it. @default the environment's layer */
  readonly layer?: Layer;
  /** `'accept'` lets a layer do a field approximately. @default such a field fails synthesis */
  readonly approximation?: 'accept';
}

/** Takes an endpoint that fails out of balancing for a while. */
export interface OutlierDetection {
  /** Errors in a row (5xx, or the gRPC statuses that map to it) that eject an endpoint, at least 1. */
  readonly consecutiveErrors: number;
  /** Time between looks at what may return. @default 10s */
  readonly interval?: Duration;
  /** Time out of balancing, times the number of ejections so far. @default 30s */
  readonly baseEjectionTime?: Duration;
  /** Share of the endpoints that may be out at once, 0 to 100. @default 10 */
  readonly maxEjectionPercent?: number;
  /** Below this share of healthy endpoints all are used again, 0 to 100. @default 0 */
  readonly minHealthPercent?: number;
}

/** What one caller may have open towards one callee; more is refused at once. */
export interface Limits {
  /** TCP connections. */
  readonly connections?: number;
  /** Requests that wait for a connection. */
  readonly pendingRequests?: number;
  /** Requests in flight. */
  readonly requests?: number;
  /** Retries in flight. */
  readonly concurrentRetries?: number;
}

/** Deliberate failure, to try what callers do with it. */
export interface Fault {
  readonly delay?: { readonly percent: number; readonly duration: Duration };
  readonly abort?: { readonly percent: number; readonly grpcStatus: string };
}

/** Sends the same request again before an answer is there, and takes the first. */
export interface Hedging {
  /** All tries, 2 to 5. */
  readonly maxAttempts: number;
  /** Time until the next try is sent. */
  readonly delay: Duration;
  /** How many tries more there may be. @default as limits.concurrentRetries has it */
  readonly budget?: RetryBudget;
}

/** Refuses calls at once while the callee as a whole fails, and lets one at a time through to see whether it is well. */
export interface Breaker {
  /** Share of failed calls that opens it, 1 to 100. */
  readonly failurePercent: number;
  /** Calls within the window before a share says anything, at least 1. */
  readonly minRequests: number;
  /** How far back calls count. */
  readonly window: Duration;
  /** How long it stays open. */
  readonly openTime: Duration;
}
