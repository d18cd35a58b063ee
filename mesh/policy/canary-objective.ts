import type { Duration } from './duration.ts';

/** How much worse a canary may be than the version that it replaces. */
export interface CanaryObjective {
  /** Allowed increase of the error rate, in percentage points, 0 to 100. */
  readonly maxErrorRateIncrease: number;
  /** The canary's p99 latency may be this multiple of the other version's p99, at least 1, plus `p99Slack`. */
  readonly maxP99Ratio: number;
  /**
   * Allowed increase of the p99 latency on top of `maxP99Ratio`. For services so fast that a ratio measures only noise.
   */
  readonly p99Slack: Duration;
}

export const DEFAULT_CANARY_OBJECTIVE: CanaryObjective = {
  maxErrorRateIncrease: 1,
  maxP99Ratio: 1.5,
  p99Slack: '5ms',
};
