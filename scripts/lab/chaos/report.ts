import type { Outage } from './availability.ts';
import type { Finding } from './check.ts';
import type { MovedClock, PlanOptions } from './plan.ts';
import type { Settled } from './settle-down.ts';
import type { Stage } from './stage.ts';
import type { Mark, Second } from './timeline.ts';

/** Everything that a run did and found: what dist/chaos/report.json holds. */
export interface Report extends PlanOptions {
  /** When it was made, in ISO 8601. */
  readonly made: string;
  readonly where: Stage['where'];
  /** Makes the same plan again. */
  readonly command: string;
  readonly movedClock?: MovedClock;
  readonly concurrency: number;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  /** From the first order to the last answer. */
  readonly seconds: number;
  /** Requests that were sent in all, repeats included. */
  readonly requests: number;
  /** Counted from the end of the last fault and the last answer; seconds that orders may take. */
  readonly settled: Settled & { readonly limit: number };
  /** How long each service was unusable after each blackhole. */
  readonly outages: readonly Outage[];
  readonly timeline: readonly Second[];
  readonly faults: readonly Mark[];
  readonly findings: readonly Finding[];
  readonly passed: boolean;
}
