/** Lowest bound, in milliseconds. */
const MIN_MS = 0.05;
/** Ratio of consecutive bounds: percentiles are exact to 10 %. */
const GROWTH = 1.2;
const BUCKET_COUNT = 90;

/** Durations in logarithmic buckets from 0.05 ms to about 10 minutes. */
export class LatencyHistogram {
  /** Counts by bucket. Empty buckets have none: a window has thousands of histograms, most of them of few durations. */
  readonly #counts = new Map<number, number>();
  #total = 0;

  add(durationMs: number): void {
    const bucket = Math.ceil(Math.log(Math.max(durationMs, MIN_MS) / MIN_MS) / Math.log(GROWTH));
    this.#addCount(Math.min(bucket, BUCKET_COUNT - 1), 1);
  }

  addAll(other: LatencyHistogram): void {
    for (const [bucket, count] of other.#counts) this.#addCount(bucket, count);
  }

  /** Returns a percentile in milliseconds; null without values. @param share from 0 to 1 */
  percentile(share: number): number | null {
    if (this.#total === 0) return null;
    const rank = Math.max(1, Math.ceil(share * this.#total));
    let sum = 0;
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) {
      sum += this.#counts.get(bucket) ?? 0;
      // The geometric mean of the bounds of the bucket.
      if (sum >= rank) return MIN_MS * GROWTH ** Math.max(0, bucket - 0.5);
    }
    return MIN_MS * GROWTH ** BUCKET_COUNT;
  }

  #addCount(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
  }
}
