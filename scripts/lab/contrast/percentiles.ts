import type { Percentiles } from './report.ts';

/** Returns nearest-rank percentiles, which are always measured values, of numbers in any order; 0 of an empty list. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999) };
}
