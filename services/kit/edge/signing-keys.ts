import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

export interface KeySet {
  readonly json: JSONWebKeySet;
  readonly find: JWTVerifyGetKey;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
}

export interface SigningKeysOptions {
  /** Fetches the JWK Set of the user service. */
  readonly fetch: () => Promise<JSONWebKeySet>;
  /** Milliseconds after which the key set is fetched again. @default 300000 */
  readonly maxAgeMs?: number;
  /**
   * Minimum milliseconds between two fetches, so that tokens with unknown keys cannot overload the user service.
   * @default 5000
   */
  readonly cooldownMs?: number;
  /** @default Date.now */
  readonly now?: () => number;
}

/** Caches the keys that verify access tokens. */
export class SigningKeys {
  readonly #fetch: () => Promise<JSONWebKeySet>;
  readonly #maxAgeMs: number;
  readonly #cooldownMs: number;
  readonly #now: () => number;
  #cached: KeySet | undefined;
  #pending: Promise<KeySet> | undefined;

  constructor({ fetch, maxAgeMs = 300_000, cooldownMs = 5_000, now = Date.now }: SigningKeysOptions) {
    this.#fetch = fetch;
    this.#maxAgeMs = maxAgeMs;
    this.#cooldownMs = cooldownMs;
    this.#now = now;
  }

  /**
   * Returns the key set. It is at most `maxAgeMs` old unless the user service does not respond.
   * @throws the error of the fetch, if no key set is cached
   */
  async current(): Promise<KeySet> {
    const cached = this.#cached;
    if (!cached) return this.#refresh();
    if (this.#age(cached) < this.#maxAgeMs) return cached;
    return this.#refresh().catch(() => cached);
  }

  /** Returns a key set newer than `current` for a token with an unknown key; undefined if there is none. */
  async newerThan(current: KeySet): Promise<KeySet | undefined> {
    const cached = await this.current();
    if (cached.fetchedAt > current.fetchedAt) return cached;
    if (this.#age(cached) < this.#cooldownMs) return undefined;
    return this.#refresh().catch(() => undefined);
  }

  #age(keys: KeySet): number {
    return this.#now() - keys.fetchedAt;
  }

  /** Fetches the key set. Concurrent callers share one fetch. */
  #refresh(): Promise<KeySet> {
    this.#pending ??= this.#fetch()
      .then((json) => {
        this.#cached = { json, find: createLocalJWKSet(json), fetchedAt: this.#now() };
        return this.#cached;
      })
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }
}
