import type { Rate } from '../../../../mesh/policy/admission.ts';

/** A token bucket that starts full. The caller supplies the time in milliseconds. */
export class TokenBucket {
  readonly #tokensPerMs: number;
  readonly #capacity: number;
  #tokens: number;
  #updatedAt: number;

  constructor({ perSecond, burst }: Rate, now: number) {
    this.#tokensPerMs = perSecond / 1_000;
    this.#capacity = burst;
    this.#tokens = burst;
    this.#updatedAt = now;
  }

  /**
   * Takes a token, if there is one.
   * @returns 0 if a token was taken; otherwise the milliseconds until the next token
   */
  take(now: number): number {
    this.#tokens = Math.min(this.#capacity, this.#tokens + (now - this.#updatedAt) * this.#tokensPerMs);
    this.#updatedAt = now;
    if (this.#tokens < 1) return (1 - this.#tokens) / this.#tokensPerMs;
    this.#tokens--;
    return 0;
  }
}
