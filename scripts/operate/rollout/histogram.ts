/** Cumulative buckets by ascending bound; the last bound is Infinity. */
export type Histogram = readonly Bucket[];

export interface Bucket {
  readonly upTo: number;
  /** Number of observations of at most `upTo`. */
  readonly count: number;
}

/** Returns the number of observations. */
export function totalCount(histogram: Histogram): number {
  return histogram.at(-1)?.count ?? 0;
}

/**
 * Returns the value that `share` of the observations do not exceed. Like `histogram_quantile` of Prometheus, it
 * interpolates linearly within a bucket, and returns the last finite bound for values above that bound.
 *
 * @param share from 0 to 1
 * @returns undefined without observations
 */
export function quantile(histogram: Histogram, share: number): number | undefined {
  const rank = share * totalCount(histogram);
  if (totalCount(histogram) === 0) return undefined;
  const index = histogram.findIndex(({ count }) => count >= rank && count > 0);
  const { upTo, count } = histogram[index] ?? { upTo: 0, count: 0 };
  const below = histogram[index - 1] ?? { upTo: 0, count: 0 };
  if (upTo === Number.POSITIVE_INFINITY) return below.upTo;
  return below.upTo + (upTo - below.upTo) * ((rank - below.count) / (count - below.count));
}

/** Returns the number of observations above `limit`, by linear interpolation within a bucket, rounded down. */
export function countAbove(histogram: Histogram, limit: number): number {
  const index = histogram.findIndex(({ upTo }) => upTo >= limit);
  const { upTo, count } = histogram[index] ?? { upTo: limit, count: totalCount(histogram) };
  const below = histogram[index - 1] ?? { upTo: 0, count: 0 };
  const part = upTo === Number.POSITIVE_INFINITY ? 0 : (limit - below.upTo) / (upTo - below.upTo);
  return Math.floor(totalCount(histogram) - below.count - (count - below.count) * part);
}

/** Returns the observations of `later` that `earlier` does not have. A bound missing from `earlier` counts as 0. */
export function subtractHistogram(later: Histogram, earlier: Histogram): Histogram {
  const before = new Map(earlier.map(({ upTo, count }) => [upTo, count]));
  return later.map(({ upTo, count }) => ({ upTo, count: count - (before.get(upTo) ?? 0) }));
}

/** Returns the sum of histograms with the same bounds. */
export function addHistograms(histograms: readonly Histogram[]): Histogram {
  const counts = new Map<number, number>();
  for (const { upTo, count } of histograms.flat()) counts.set(upTo, (counts.get(upTo) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a - b).map(([upTo, count]) => ({ upTo, count }));
}
