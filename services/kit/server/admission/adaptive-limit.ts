import type { Concurrency } from '../../../../mesh/policy/admission.ts';

/** How much slower than usual requests may be before the limit falls. */
const TOLERANCE = 1.5;
/** Weight of the newest limit; the rest is the one before. */
const SMOOTHING = 0.2;
/** Requests over which what is usual is averaged. */
const WINDOW = 600;
/** Share of the limit that callers of low priority may fill. */
const LOW_SHARE = 0.75;

/**
 * How many requests are worked on at a time: more while they take as long as usual, fewer when they take longer, since they
 * wait for each other then (the gradient limit of Netflix's concurrency-limits, after TCP Vegas).
 */
export class AdaptiveLimit {
  readonly #least: number;
  readonly #most: number;
  #limit: number;
  #usualMs = 0;
  #seen = 0;
  #inFlight = 0;

  constructor({ minLimit, maxLimit }: Concurrency) {
    this.#least = minLimit;
    this.#most = maxLimit;
    this.#limit = minLimit;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Lets one more in, if there is room; to be followed by `leave` then. */
  tryAcquire(isLow: boolean): boolean {
    const room = isLow ? Math.max(1, this.#limit * LOW_SHARE) : this.#limit;
    if (this.#inFlight >= Math.floor(room)) return false;
    this.#inFlight++;
    return true;
  }

  /** @param ms how long it took; undefined when it says nothing, as of one that was given up */
  release(ms: number | undefined): void {
    const inFlight = this.#inFlight--;
    if (ms === undefined) return;
    this.#seen++;
    this.#usualMs += (ms - this.#usualMs) / Math.min(this.#seen, WINDOW);
    // A quick one among slow ones shows that they wait for each other: that must not become what is usual.
    if (this.#usualMs > 1.5 * ms) this.#usualMs *= 0.95;
    // A limit that is not used cannot be too low.
    if (inFlight < this.#limit / 2) return;
    const gradient = Math.max(0.5, Math.min(1, (TOLERANCE * this.#usualMs) / Math.max(ms, 1e-3)));
    const next = this.#limit * gradient + Math.sqrt(this.#limit);
    const smooth = this.#limit * (1 - SMOOTHING) + next * SMOOTHING;
    this.#limit = Math.min(this.#most, Math.max(this.#least, smooth));
  }
}
