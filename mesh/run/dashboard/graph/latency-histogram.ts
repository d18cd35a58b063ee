/** Lowest bound, in milliseconds. */
const MIN_MS = 0.05;
/** Ratio of consecutive bounds: percentiles are exact to 10 %. */
const GROWTH = 1.2;
const BUCKET_COUNT = 90;

/** Durations in logarithmic buckets from 0.05 ms to about 10 minutes. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKET_COUNT);
  #total = 0;

  add(durationMs: number): void {
    const bucket = Math.ceil(Math.log(Math.max(durationMs, MIN_MS) / MIN_MS) / Math.log(GROWTH));
    const at = Math.min(bucket, BUCKET_COUNT - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#total++;
  }

  addAll(other: LatencyHistogram): void {
    for (const [at, count] of other.#counts.entries()) this.#counts[at] = (this.#counts[at] ?? 0) + count;
    this.#total += other.#total;
  }

  /** Returns a percentile in milliseconds; null without values. @param share from 0 to 1 */
  percentile(share: number): number | null {
    if (this.#total === 0) return null;
    const rank = Math.max(1, Math.ceil(share * this.#total));
    let sum = 0;
    for (const [at, count] of this.#counts.entries()) {
      sum += count;
      // The geometric mean of the bounds of the bucket.
      if (sum >= rank) return MIN_MS * GROWTH ** Math.max(0, at - 0.5);
    }
    return MIN_MS * GROWTH ** BUCKET_COUNT;
  }
}
