import type { Pool } from 'pg';
import { NoAnswerError, StoreClient } from './store-client.ts';

/**
 * Tracks when a pool's server last answered. When a statement gets no answer, the peer may have vanished with all
 * connections. Idle connections on which nothing arrived since would each cost a caller its whole time limit, so they are
 * closed together with the first.
 */
export class PoolLiveness {
  readonly #idle = new Map<StoreClient, boolean>();
  #heardAt = 0;

  /** @param pool makes its connections with StoreClient */
  constructor(pool: Pool) {
    pool.on('connect', (client) => {
      if (!(client instanceof StoreClient)) return;
      this.#idle.set(client, false);
      client.onSilence = (askedAt) => this.evict(askedAt);
    });
    pool.on('acquire', (client) => this.#set(client, false));
    pool.on('release', (_, client) => this.#set(client, true));
    pool.on('remove', (client) => {
      if (client instanceof StoreClient) this.#idle.delete(client);
    });
  }

  /** When the server last answered on any connection, on the clock of performance.now(). */
  get heardAt(): number {
    for (const { heardAt } of this.#idle.keys()) this.#heardAt = Math.max(this.#heardAt, heardAt);
    return this.#heardAt;
  }

  /** Closes idle connections on which nothing arrived since `askedAt`. */
  evict(askedAt: number): void {
    for (const [client, isIdle] of this.#idle) {
      if (isIdle && client.heardAt < askedAt)
        client.destroy(new NoAnswerError('another connection to the same server got no answer'));
    }
  }

  #set(client: unknown, isIdle: boolean): void {
    if (client instanceof StoreClient && this.#idle.has(client)) this.#idle.set(client, isIdle);
  }
}
