import type { ReceivedHistogram } from '../otlp/parse-metrics.ts';

/**
 * Adds the values of a histogram since an earlier state of it to `total`. Counts below the earlier ones are those of a
 * process that started again.
 */
export function subtractCounts(
  later: ReceivedHistogram | undefined,
  earlier: ReceivedHistogram | undefined,
  total: ReceivedHistogram | undefined,
): ReceivedHistogram | undefined {
  if (!later) return total;
  const isRestart = earlier?.counts.some((count, at) => count > (later.counts[at] ?? 0)) ?? false;
  const counts = later.counts.map(
    (count, at) => count - (isRestart ? 0 : (earlier?.counts[at] ?? 0)) + (total?.counts[at] ?? 0),
  );
  return { bounds: later.bounds, counts, sum: 0 };
}

/** Returns a quantile by linear interpolation within its bucket, as Prometheus does; null without values. */
export function quantileOf({ bounds, counts }: ReceivedHistogram, share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let below = 0;
  for (const [at, count] of counts.entries()) {
    if (below + count >= rank && count > 0) {
      const upper = bounds[at] ?? bounds.at(-1) ?? 0;
      const lower = at === 0 && upper <= 0 ? upper : (bounds[at - 1] ?? 0);
      return lower + ((upper - lower) * (rank - below)) / count;
    }
    below += count;
  }
  return bounds.at(-1) ?? null;
}
