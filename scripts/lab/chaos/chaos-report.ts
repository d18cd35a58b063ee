import type { Machine } from '../testbed/machine.ts';
import type { Outage } from './availability.ts';
import type { ChaosTestbed } from './chaos-testbed.ts';
import type { InvariantResult } from './invariant-check.ts';
import type { ClockSkew, PlanOptions } from './plan.ts';
import type { RecordedFault, TimelineSecond } from './timeline.ts';
import type { SettleResult } from './wait-until-settled.ts';

/** Result of a run. dist/chaos/report.json has this format. */
export interface ChaosReport extends PlanOptions {
  /** Creation time, a UTC instant in ISO 8601. */
  readonly createdAt: string;
  readonly where: ChaosTestbed['where'];
  /** Command that repeats the run. */
  readonly command: string;
  readonly clockSkew?: ClockSkew;
  readonly concurrency: number;
  readonly machine: Machine;
  /** Seconds from the first order to the last answer. */
  readonly durationS: number;
  /** Number of requests sent, including retries. */
  readonly requests: number;
  /** Times since the last fault and the last answer. `timeoutS` is the number of seconds that orders may take. */
  readonly settling: SettleResult & { readonly timeoutS: number };
  /** Outage of each service after each blackhole. */
  readonly outages: readonly Outage[];
  readonly timeline: readonly TimelineSecond[];
  readonly faults: readonly RecordedFault[];
  readonly checks: readonly InvariantResult[];
  readonly passed: boolean;
}
