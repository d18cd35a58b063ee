import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { Objective } from '../../../mesh/policy/objective.ts';
import { atLeast } from './binomial.ts';
import { exceeding, quantile, total } from './histogram.ts';
import type { Inbound } from './inbound.ts';

/**
 * A version is worse when it misses the objective, and one that just met it would do so badly by chance once in twenty
 * windows at most: of a hundred requests, the slowest alone is no p99.
 */
const CHANCE = 0.05;

/** What a version did, as people compare it. */
export interface Figures {
  readonly requests: number;
  readonly errors: number;
  /** NaN without requests. */
  readonly errorPercent: number;
  /** Milliseconds; undefined without requests. */
  readonly p99: number | undefined;
}

export function figuresOf({ requests, errors, latency }: Inbound): Figures {
  return { requests, errors, errorPercent: (errors / requests) * 100, p99: quantile(latency, 0.99) };
}

/** What the new version may reach, given what the other one does. */
export interface Limits {
  readonly errorPercent: number;
  /** Milliseconds; undefined when the other one had no requests. */
  readonly p99: number | undefined;
}

export function limitsOf(
  baseline: Inbound,
  { maxErrorRateIncrease, maxP99Ratio, p99Slack }: Objective,
): Limits {
  const { errorPercent, p99 } = figuresOf(baseline);
  return {
    errorPercent: Math.min(100, (errorPercent || 0) + maxErrorRateIncrease),
    p99: p99 === undefined ? undefined : p99 * maxP99Ratio + milliseconds(p99Slack),
  };
}

/** Why a version is worse than its objective allows, each reason as a clause; none when it is not. */
export function judge(
  canary: Inbound,
  baseline: Inbound,
  objective: Objective,
  baselineName: string,
): readonly string[] {
  const limits = limitsOf(baseline, objective);
  const own = figuresOf(canary);
  const other = figuresOf(baseline);
  const reasons: string[] = [];
  const { requests, errors } = canary;
  if (
    own.errorPercent > limits.errorPercent &&
    atLeast(errors, requests, limits.errorPercent / 100) < CHANCE
  ) {
    reasons.push(
      `${percent(own.errorPercent)} of its requests failed (${errors} of ${requests}), ` +
        `${percent(other.errorPercent || 0)} of those to ${baselineName} (${other.errors} of ${other.requests}), ` +
        `where at most ${percent(limits.errorPercent)} may`,
    );
  }
  if (own.p99 !== undefined && limits.p99 !== undefined && own.p99 > limits.p99) {
    const timed = total(canary.latency);
    const slow = exceeding(canary.latency, limits.p99);
    if (atLeast(slow, timed, 0.01) < CHANCE) {
      reasons.push(
        `its p99 is ${own.p99.toFixed(1)} ms, that of ${baselineName} ${other.p99?.toFixed(1)} ms, ` +
          `where at most ${limits.p99.toFixed(1)} ms may be (${slow} of ${timed} took longer)`,
      );
    }
  }
  return reasons;
}

export function percent(value: number): string {
  return `${Number(value.toFixed(2))} %`;
}
