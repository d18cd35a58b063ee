/** How many observations were at most `upTo`, by ascending bound; the last bound is Infinity. */
export type Histogram = readonly Bucket[];

export interface Bucket {
  readonly upTo: number;
  /** Observations in this bucket and all below. */
  readonly count: number;
}

/** Observations in all. */
export function total(histogram: Histogram): number {
  return histogram.at(-1)?.count ?? 0;
}

/**
 * The value that `share` of the observations do not exceed: within its bucket as if they lay evenly, as Prometheus'
 * histogram_quantile does. Above the last bound that is a number, that bound.
 *
 * @param share 0 to 1
 * @returns undefined without observations
 */
export function quantile(histogram: Histogram, share: number): number | undefined {
  const rank = share * total(histogram);
  if (total(histogram) === 0) return undefined;
  const index = histogram.findIndex(({ count }) => count >= rank && count > 0);
  const { upTo, count } = histogram[index] ?? { upTo: 0, count: 0 };
  const below = histogram[index - 1] ?? { upTo: 0, count: 0 };
  if (upTo === Number.POSITIVE_INFINITY) return below.upTo;
  return below.upTo + (upTo - below.upTo) * ((rank - below.count) / (count - below.count));
}

/** How many observations exceed `limit`, by the same assumption, in whole ones. */
export function exceeding(histogram: Histogram, limit: number): number {
  const index = histogram.findIndex(({ upTo }) => upTo >= limit);
  const { upTo, count } = histogram[index] ?? { upTo: limit, count: total(histogram) };
  const below = histogram[index - 1] ?? { upTo: 0, count: 0 };
  const part = upTo === Number.POSITIVE_INFINITY ? 0 : (limit - below.upTo) / (upTo - below.upTo);
  return Math.floor(total(histogram) - below.count - (count - below.count) * part);
}

/** What `later` has over `earlier`; bounds that only one of them has are none of the other's. */
export function subtract(later: Histogram, earlier: Histogram): Histogram {
  const before = new Map(earlier.map(({ upTo, count }) => [upTo, count]));
  return later.map(({ upTo, count }) => ({ upTo, count: count - (before.get(upTo) ?? 0) }));
}

/** Several histograms of the same bounds as one. */
export function add(histograms: readonly Histogram[]): Histogram {
  const counts = new Map<number, number>();
  for (const { upTo, count } of histograms.flat()) counts.set(upTo, (counts.get(upTo) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a - b).map(([upTo, count]) => ({ upTo, count }));
}
