import { type Finding, numberFindings } from './problem.ts';
import { RANGES } from './ranges.ts';

/**
 * Limits for the requests that a service accepts. Excess requests are refused at once. Each
 * process enforces the limits by itself.
 */
export interface Admission {
  /** Rate limits by caller name; `*` is the limit of each caller that is not named. @default no rate limits */
  readonly rates?: Readonly<Record<string, Rate>>;
  /** Limit of the requests in flight. @default no limit */
  readonly concurrency?: Concurrency;
}

/** A token bucket. */
export interface Rate {
  /** Average requests per second, 0.001 to 1,000,000. */
  readonly perSecond: number;
  /** Requests that are accepted at once after an idle period, at least 1. */
  readonly burst: number;
}

/** An adaptive concurrency limit: each process adjusts its limit to the latency of its requests. */
export interface Concurrency {
  /** Lower bound of the limit, in requests in flight, at least 1. */
  readonly minLimit: number;
  /** Upper bound of the limit, in requests in flight, at least `minLimit`. */
  readonly maxLimit: number;
  /** Callers whose requests are refused before those of other callers. @default none */
  readonly lowPriority?: readonly string[];
}

/** Yields a finding for each invalid rate or concurrency limit of an admission. */
export function* admissionFindings({ rates = {}, concurrency }: Admission): Generator<Finding> {
  const rule = 'service/admission';
  for (const [caller, { perSecond, burst }] of Object.entries(rates)) {
    const field = `admission.rates.${caller}`;
    yield* numberFindings(rule, `${field}.perSecond`, perSecond, RANGES['admission.rates.perSecond']);
    yield* numberFindings(rule, `${field}.burst`, burst, RANGES['admission.rates.burst']);
  }
  if (!concurrency) return;
  for (const bound of ['minLimit', 'maxLimit'] as const) {
    const field = `admission.concurrency.${bound}` as const;
    yield* numberFindings(rule, field, concurrency[bound], RANGES[field]);
  }
  const { minLimit, maxLimit } = concurrency;
  if (minLimit > maxLimit) {
    const message = `admission.concurrency.minLimit is ${minLimit} and maxLimit ${maxLimit}: set minLimit to at most maxLimit`;
    yield { rule, message };
  }
}
