import { LRUCache } from 'lru-cache';
import type { Bearer } from './bearer.ts';
import type { KeySet } from './signing-keys.ts';

/** Capacity of the LRU cache. */
const MAX_TOKENS = 10_000;

interface KnownToken {
  readonly bearer: Bearer;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Who bears the tokens that were verified by one key set, until they expire: a signature costs more to check than all
 * else that is done for a request. Another key set might refuse them, so that each begins with none.
 */
export class KnownTokens {
  readonly #tokens = new LRUCache<string, KnownToken>({ max: MAX_TOKENS });
  #keys: KeySet | undefined;

  find(token: string, keys: KeySet, now: number): Bearer | undefined {
    const known = keys === this.#keys ? this.#tokens.get(token) : undefined;
    if (!known) return undefined;
    if (now >= known.expiresAt) {
      this.#tokens.delete(token);
      return undefined;
    }
    return known.bearer;
  }

  add(token: string, keys: KeySet, known: KnownToken): void {
    if (keys !== this.#keys) this.#tokens.clear();
    this.#keys = keys;
    this.#tokens.set(token, known);
  }
}
