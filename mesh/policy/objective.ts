import type { Duration } from './duration.ts';

/** How much worse a new version of a service may be than the one it replaces. Plain data. */
export interface Objective {
  /** Percentage points by which more of its requests may fail. */
  readonly moreErrors: number;
  /** Its 99th percentile may be this many times the other's, and `p99Plus` more. */
  readonly p99Times: number;
  /** What a fast service may add: a multiple of next to nothing is nothing. */
  readonly p99Plus: Duration;
}

export const DEFAULT_OBJECTIVE: Objective = { moreErrors: 1, p99Times: 1.5, p99Plus: '5ms' };
