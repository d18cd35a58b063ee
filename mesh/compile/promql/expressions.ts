import { type Matchers, selector } from './selector.ts';

/** Returns the increase per second of counters. @param window length of time over which it is averaged */
export function rate(metric: string, matchers: Matchers, window: string): string {
  return `rate(${selector(metric, matchers)}[${window}])`;
}

/** Returns the increase per second of counters, summed over all series except for the labels `by`. */
export function sumRate(
  metric: string,
  matchers: Matchers,
  window: string,
  by: readonly string[] = [],
): string {
  return sum(rate(metric, matchers, window), by);
}

/** Returns the sum of a vector, with the labels `by`. */
export function sum(vector: string, by: readonly string[] = []): string {
  return `sum${grouping(by)}(${vector})`;
}

/**
 * Returns the maximum of a gauge, with the labels `by`. For gauges of a database that every replica reports.
 */
export function max(metric: string, matchers: Matchers, by: readonly string[]): string {
  return `max${grouping(by)}(${selector(metric, matchers)})`;
}

/** Returns a quantile of a histogram over all series, with the labels `by`. @param quantile 0 to 1 */
export function quantile(
  quantile: number,
  histogram: string,
  matchers: Matchers,
  window: string,
  by: readonly string[] = [],
): string {
  const buckets = sumRate(`${histogram}_bucket`, matchers, window, ['le', ...by]);
  return `histogram_quantile(${quantile}, ${buckets})`;
}

/**
 * Returns the share `part / whole`, of sums with the same labels. The share is 0 if `part` alone has no series, because
 * no request has failed since the start. Without requests, there is no value: 0 / 0 would spoil averages over time.
 */
export function share(part: string, whole: string): string {
  return `(${part} / ${whole} >= 0 or (${whole} > 0) * 0)`;
}

function grouping(by: readonly string[]): string {
  return by.length === 0 ? '' : ` by (${by.join(', ')}) `;
}
