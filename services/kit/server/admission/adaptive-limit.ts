import type { Concurrency } from '../../../../mesh/policy/admission.ts';

/** Ratio of a request's latency to the average above which the limit falls. */
const TOLERANCE = 1.5;
/** Weight of a new limit in the exponential moving average of limits. */
const SMOOTHING = 0.2;
/** Number of requests in the average latency. */
const WINDOW = 600;
/** Share of the limit that callers of low priority may use. */
const LOW_PRIORITY_SHARE = 0.75;

/**
 * A limit of concurrent requests that rises while latency stays near its average and falls when it grows, because
 * requests then queue behind each other. Source: the Gradient2 limit of Netflix's concurrency-limits, after TCP Vegas.
 */
export class AdaptiveLimit {
  readonly #minLimit: number;
  readonly #maxLimit: number;
  #limit: number;
  #averageMs = 0;
  #samples = 0;
  #inFlight = 0;

  constructor({ minLimit, maxLimit }: Concurrency) {
    this.#minLimit = minLimit;
    this.#maxLimit = maxLimit;
    this.#limit = minLimit;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Returns whether the limit admits one more request. If it does, call `release` when that request ends. */
  tryAcquire(isLowPriority: boolean): boolean {
    const available = isLowPriority ? Math.max(1, this.#limit * LOW_PRIORITY_SHARE) : this.#limit;
    if (this.#inFlight >= Math.floor(available)) return false;
    this.#inFlight++;
    return true;
  }

  /** @param ms latency of the request; undefined for one that is not a sample, such as a cancelled request */
  release(ms: number | undefined): void {
    const inFlight = this.#inFlight--;
    if (ms === undefined) return;
    this.#samples++;
    this.#averageMs += (ms - this.#averageMs) / Math.min(this.#samples, WINDOW);
    // A request that is much faster than the average shows that the others queue. Lower the average, which would
    // otherwise adopt the latency under overload as normal.
    if (this.#averageMs > 1.5 * ms) this.#averageMs *= 0.95;
    // Skips samples while less than half of the limit is used: such a limit does not restrict requests, so they say
    // nothing about it.
    if (inFlight < this.#limit / 2) return;
    const gradient = Math.max(0.5, Math.min(1, (TOLERANCE * this.#averageMs) / Math.max(ms, 1e-3)));
    const next = this.#limit * gradient + Math.sqrt(this.#limit);
    const smooth = this.#limit * (1 - SMOOTHING) + next * SMOOTHING;
    this.#limit = Math.min(this.#maxLimit, Math.max(this.#minLimit, smooth));
  }
}
