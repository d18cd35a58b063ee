import { LRUCache } from 'lru-cache';
import type { Bearer } from './bearer.ts';
import type { KeySet } from './signing-keys.ts';

/** Capacity of the LRU cache. */
const MAX_TOKENS = 10_000;

interface VerifiedToken {
  readonly bearer: Bearer;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Caches the bearers of verified tokens until the tokens expire. Verifying a signature costs more than the rest of a
 * request. The cache belongs to one key set, because another might refuse the tokens.
 */
export class VerifiedTokens {
  readonly #tokens = new LRUCache<string, VerifiedToken>({ max: MAX_TOKENS });
  #keys: KeySet | undefined;

  find(token: string, keys: KeySet, now: number): Bearer | undefined {
    const entry = keys === this.#keys ? this.#tokens.get(token) : undefined;
    if (!entry) return undefined;
    if (now >= entry.expiresAt) {
      this.#tokens.delete(token);
      return undefined;
    }
    return entry.bearer;
  }

  add(token: string, keys: KeySet, entry: VerifiedToken): void {
    if (keys !== this.#keys) this.#tokens.clear();
    this.#keys = keys;
    this.#tokens.set(token, entry);
  }
}
