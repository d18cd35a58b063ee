import type { Pool } from 'pg';
import { NoResponseError, StoreClient } from './store-client.ts';

/**
 * Tracks when a pool's server last responded. A missing response may mean that the peer vanished with all connections.
 * Idle connections without a later response are then closed too, as each would cost a caller a whole response timeout.
 */
export class PoolLiveness {
  readonly #isIdle = new Map<StoreClient, boolean>();
  #lastResponseAt = 0;

  /** @param pool must create its connections with StoreClient */
  constructor(pool: Pool) {
    pool.on('connect', (client) => {
      if (!(client instanceof StoreClient)) return;
      this.#isIdle.set(client, false);
      client.onResponseTimeout = (pendingSince) => this.evict(pendingSince);
    });
    pool.on('acquire', (client) => this.#set(client, false));
    pool.on('release', (_, client) => this.#set(client, true));
    pool.on('remove', (client) => {
      if (client instanceof StoreClient) this.#isIdle.delete(client);
    });
  }

  /** Time of the server's last response on any connection, on the clock of performance.now(). */
  get lastResponseAt(): number {
    for (const client of this.#isIdle.keys())
      this.#lastResponseAt = Math.max(this.#lastResponseAt, client.lastResponseAt);
    return this.#lastResponseAt;
  }

  /** Closes idle connections whose last response is older than `pendingSince`. */
  evict(pendingSince: number): void {
    for (const [client, isIdle] of this.#isIdle) {
      if (isIdle && client.lastResponseAt < pendingSince)
        client.destroy(new NoResponseError('another connection to the same server received no response'));
    }
  }

  #set(client: unknown, isIdle: boolean): void {
    if (client instanceof StoreClient && this.#isIdle.has(client)) this.#isIdle.set(client, isIdle);
  }
}
