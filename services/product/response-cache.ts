import { LRUCache } from 'lru-cache';

export interface ResponseCacheLimits {
  /** Lifetime of a response, milliseconds. */
  readonly maxAgeMs: number;
  /** Maximum number of responses. The least recently used one is evicted first. */
  readonly maxEntries: number;
  /** A monotonic clock, milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Caches responses for a limited time. Concurrent requests for one key share a response. Failures are not cached. */
export class ResponseCache<T> {
  readonly #maxAgeMs: number;
  readonly #now: () => number;
  readonly #entries: LRUCache<string, { readonly response: Promise<T>; readonly expiresAt: number }>;

  constructor({ maxAgeMs, maxEntries, now = () => performance.now() }: ResponseCacheLimits) {
    this.#maxAgeMs = maxAgeMs;
    this.#now = now;
    this.#entries = new LRUCache({ max: maxEntries });
  }

  /** Returns the cached response of `key`, or calls `fetch` for a new one. */
  get(key: string, fetch: () => Promise<T>): Promise<T> {
    const entry = this.#entries.get(key);
    if (entry && this.#now() < entry.expiresAt) return entry.response;
    const response = fetch();
    this.#entries.set(key, { response, expiresAt: this.#now() + this.#maxAgeMs });
    response.catch(() => {
      if (this.#entries.peek(key)?.response === response) this.#entries.delete(key);
    });
    return response;
  }
}
