/** Settings of an exponential back-off. */
export interface BackOffSettings {
  /** First pause in milliseconds. */
  readonly minMs: number;
  /** Maximum pause in milliseconds. */
  readonly maxMs: number;
  /** Growth of the pause after each failure. @default 2 */
  readonly factor?: number;
  /**
   * Randomization, which keeps clients that failed together from retrying together (thundering herd). With `full` a
   * pause is between zero and its exponential value, with `equal` between half of that and all of it. Source: Brooker,
   * Exponential Backoff And Jitter, 2015. @default 'none'
   */
  readonly jitter?: 'none' | 'full' | 'equal';
  /** Returns a random number from 0 to 1. @default Math.random */
  readonly random?: () => number;
}

/**
 * Returns the pause in milliseconds before the next attempt.
 * @param failures number of previous failures, 0 for the first
 */
export function backOffMs(
  { minMs, maxMs, factor = 2, jitter = 'none', random = Math.random }: BackOffSettings,
  failures: number,
): number {
  const pauseMs = Math.min(minMs * factor ** failures, maxMs);
  if (jitter === 'none') return pauseMs;
  return jitter === 'full' ? random() * pauseMs : (pauseMs * (1 + random())) / 2;
}

/** Computes the pauses of a loop that retries until it succeeds. */
export class BackOff {
  readonly #settings: BackOffSettings;
  #failures = 0;

  constructor(settings: BackOffSettings) {
    this.#settings = settings;
  }

  /**
   * Returns the pause in milliseconds to make now. The next one is longer.
   * @param maxMs maximum of this pause. @default that of the settings
   */
  next(maxMs: number = this.#settings.maxMs): number {
    const { minMs, factor = 2 } = this.#settings;
    const settings = { ...this.#settings, maxMs };
    const pauseMs = backOffMs(settings, this.#failures);
    // Counting stops at the maximum, so that a loop with several maxima continues from the pause it really made.
    if (minMs * factor ** this.#failures < maxMs) this.#failures++;
    return pauseMs;
  }

  /** Starts again from the first pause, after a success. */
  reset(): void {
    this.#failures = 0;
  }
}
