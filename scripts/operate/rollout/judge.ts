import type { CanaryObjective } from '../../../mesh/policy/canary-objective.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import { probabilityOfAtLeast } from './binomial.ts';
import { countAbove, quantile, totalCount } from './histogram.ts';
import type { Inbound } from './inbound.ts';

/**
 * Significance level of a comparison. A version fails only if a version that just meets the objective would show such
 * figures in at most 5 % of windows. One slow request of a hundred is therefore no proof of a high p99.
 */
const MAX_CHANCE = 0.05;

/** Figures of a version over a window. */
export interface Figures {
  readonly requests: number;
  readonly errors: number;
  /** Percent of requests that failed; NaN without requests. */
  readonly errorPercent: number;
  /** Milliseconds; undefined without requests. */
  readonly p99: number | undefined;
}

/** Returns the figures of a version from the counts of its sidecars. */
export function figuresOf({ requests, errors, latency }: Inbound): Figures {
  return { requests, errors, errorPercent: (errors / requests) * 100, p99: quantile(latency, 0.99) };
}

/** Maximum figures of a new version, derived from those of the baseline. */
export interface CanaryLimits {
  readonly errorPercent: number;
  /** Milliseconds; undefined if the baseline had no requests. */
  readonly p99: number | undefined;
}

/** Returns the maximum figures that an objective allows a new version, given the requests to the baseline. */
export function limitsOf(
  baseline: Inbound,
  { maxErrorRateIncrease, maxP99Ratio, p99Slack }: CanaryObjective,
): CanaryLimits {
  const { errorPercent, p99 } = figuresOf(baseline);
  return {
    errorPercent: Math.min(100, (errorPercent || 0) + maxErrorRateIncrease),
    p99: p99 === undefined ? undefined : p99 * maxP99Ratio + milliseconds(p99Slack),
  };
}

/** Returns the reasons why a version misses its objective, each as a clause; empty if it meets the objective. */
export function findObjectiveViolations(
  canary: Inbound,
  baseline: Inbound,
  objective: CanaryObjective,
  baselineName: string,
): readonly string[] {
  const limits = limitsOf(baseline, objective);
  const own = figuresOf(canary);
  const other = figuresOf(baseline);
  const reasons: string[] = [];
  const { requests, errors } = canary;
  if (
    own.errorPercent > limits.errorPercent &&
    probabilityOfAtLeast(errors, requests, limits.errorPercent / 100) < MAX_CHANCE
  ) {
    reasons.push(
      `${formatPercent(own.errorPercent)} of its requests failed (${errors} of ${requests}), ` +
        `${formatPercent(other.errorPercent || 0)} of the requests to ${baselineName} (${other.errors} of ${other.requests}), ` +
        `and the limit is ${formatPercent(limits.errorPercent)}`,
    );
  }
  if (own.p99 !== undefined && limits.p99 !== undefined && own.p99 > limits.p99) {
    const timed = totalCount(canary.latency);
    const slow = countAbove(canary.latency, limits.p99);
    if (probabilityOfAtLeast(slow, timed, 0.01) < MAX_CHANCE) {
      reasons.push(
        `its p99 is ${own.p99.toFixed(1)} ms, the p99 of ${baselineName} is ${other.p99?.toFixed(1)} ms, ` +
          `and the limit is ${limits.p99.toFixed(1)} ms (exceeded by ${slow} of ${timed} requests)`,
      );
    }
  }
  return reasons;
}

/** Formats a percentage with at most two fraction digits: `0.25 %`. */
export function formatPercent(value: number): string {
  return `${Number(value.toFixed(2))} %`;
}
