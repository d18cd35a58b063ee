import { LRUCache } from 'lru-cache';
import { serviceError } from '../errors/service-error.ts';

export interface RateLimitOptions {
  /** Sustained requests per second of a client. */
  readonly perSecond: number;
  /** Burst of a client, requests. */
  readonly burst: number;
  /** Maximum number of clients with a bucket; the least recently seen are evicted first. @default 100000 */
  readonly clients?: number;
  /** A monotonic clock, milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Headers of draft-ietf-httpapi-ratelimit-headers. */
export type RateLimitHeaders = Readonly<Record<'ratelimit' | 'ratelimit-policy', string>>;

/**
 * A token bucket for each client, stored as one number: the time at which the bucket is full again (generic cell rate
 * algorithm, ITU-T I.371).
 */
export class RateLimit {
  readonly #msPerRequest: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #policy: string;
  readonly #fullAt: LRUCache<string, number>;

  constructor({ perSecond, burst, clients = 100_000, now = () => performance.now() }: RateLimitOptions) {
    this.#msPerRequest = 1_000 / perSecond;
    this.#burst = burst;
    this.#fullAt = new LRUCache({ max: clients });
    this.#now = now;
    this.#policy = `"client";q=${burst};w=${Math.ceil(burst / perSecond)}`;
  }

  /**
   * Takes `cost` requests from the bucket of `client`.
   * @throws ServiceError `too-many-requests`, with the time after which a retry succeeds
   */
  take(client: string, cost = 1): RateLimitHeaders {
    const now = this.#now();
    const size = this.#burst * this.#msPerRequest;
    const before = Math.max(this.#fullAt.get(client) ?? 0, now);
    const after = before + cost * this.#msPerRequest;
    const missing = after - now - size;
    if (missing > 0) throw serviceError('too-many-requests', { retryAfterMs: missing });
    this.#fullAt.set(client, after);
    const remaining = Math.floor((size - (after - now)) / this.#msPerRequest);
    return {
      'ratelimit-policy': this.#policy,
      ratelimit: `"client";r=${remaining};t=${Math.ceil((after - now) / 1_000)}`,
    };
  }
}
