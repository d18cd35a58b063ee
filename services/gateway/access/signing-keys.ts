import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

export interface KeySet {
  readonly json: JSONWebKeySet;
  readonly find: JWTVerifyGetKey;
  /** Milliseconds of the clock. */
  readonly fetchedAt: number;
}

export interface SigningKeysOptions {
  /** Asks the user service for its JWK Set. */
  readonly fetch: () => Promise<JSONWebKeySet>;
  /** Milliseconds after which a key set is asked for again. @default 300000 */
  readonly maxAgeMs?: number;
  /** Milliseconds between two questions at least, however many unknown keys are named. @default 5000 */
  readonly cooldownMs?: number;
  /** @default Date.now */
  readonly now?: () => number;
}

/** The keys that access tokens are verified with, kept for a while. */
export class SigningKeys {
  readonly #fetch: () => Promise<JSONWebKeySet>;
  readonly #maxAgeMs: number;
  readonly #cooldownMs: number;
  readonly #now: () => number;
  #kept: KeySet | undefined;
  #pending: Promise<KeySet> | undefined;

  constructor({ fetch, maxAgeMs = 300_000, cooldownMs = 5_000, now = Date.now }: SigningKeysOptions) {
    this.#fetch = fetch;
    this.#maxAgeMs = maxAgeMs;
    this.#cooldownMs = cooldownMs;
    this.#now = now;
  }

  /**
   * The key set, at most `maxAgeMs` old unless the user service does not answer.
   * @throws the error of the first question, while there is nothing kept
   */
  async current(): Promise<KeySet> {
    const kept = this.#kept;
    if (!kept) return this.#refresh();
    if (this.#age(kept) < this.#maxAgeMs) return kept;
    return this.#refresh().catch(() => kept);
  }

  /** A key set newer than `known`, after a token named a key that is not in it; undefined when there is none. */
  async newerThan(known: KeySet): Promise<KeySet | undefined> {
    const kept = await this.current();
    if (kept.fetchedAt > known.fetchedAt) return kept;
    if (this.#age(kept) < this.#cooldownMs) return undefined;
    return this.#refresh().catch(() => undefined);
  }

  #age(keys: KeySet): number {
    return this.#now() - keys.fetchedAt;
  }

  /** One question at a time, whose answer all share. */
  #refresh(): Promise<KeySet> {
    this.#pending ??= this.#fetch()
      .then((json) => {
        this.#kept = { json, find: createLocalJWKSet(json), fetchedAt: this.#now() };
        return this.#kept;
      })
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }
}
