import type { Duration } from './duration.ts';

/** How much worse a new version of a service may be than the one it replaces. Plain data. */
export interface Objective {
  /** Percentage points by which more of its requests may fail. */
  readonly maxErrorRateIncrease: number;
  /** Its 99th percentile may be this many times the other's, and `p99Plus` more. */
  readonly maxP99Ratio: number;
  /** What a fast service may add: a multiple of next to nothing is nothing. */
  readonly p99Slack: Duration;
}

export const DEFAULT_OBJECTIVE: Objective = { maxErrorRateIncrease: 1, maxP99Ratio: 1.5, p99Slack: '5ms' };
