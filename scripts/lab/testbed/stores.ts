import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Queries the databases of the run directly, bypassing the services. */
export interface Stores {
  query<T extends pg.QueryResultRow>(database: string, sql: string): Promise<readonly T[]>;
  close(): Promise<void>;
}

/** Longest time that a killed server needs to accept connections again. */
const RETRY_TIMEOUT_MS = 30_000;
const RETRY_PAUSE_MS = 100;

/**
 * Opens the databases of a server, one connection each, on their first query. Queries are retried for 30 s if the
 * connection fails.
 * @param server returns the address and the superuser's credentials; called for each connection
 */
export function openStores(server: () => Promise<pg.ClientConfig>): Stores {
  const clients = new Map<string, pg.Client>();

  const connect = async (database: string) => {
    const existing = clients.get(database);
    if (existing) return existing;
    const client = new pg.Client({ ...(await server()), database });
    // Without a listener, a lost connection would end the process. The next query opens another connection.
    client.on('error', () => clients.delete(database));
    await client.connect();
    clients.set(database, client);
    return client;
  };
  return {
    async query<T extends pg.QueryResultRow>(database: string, sql: string) {
      for (const end = performance.now() + RETRY_TIMEOUT_MS; ; await delay(RETRY_PAUSE_MS)) {
        try {
          return (await (await connect(database)).query<T>(sql)).rows;
        } catch (error) {
          clients.delete(database);
          // Only SQLSTATE classes 57 (operator intervention) and 08 (connection exception) are transient.
          const isPermanent = error instanceof pg.DatabaseError && !/^(57|08)/.test(error.code ?? '');
          if (isPermanent || performance.now() > end) throw error;
        }
      }
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.end().catch(() => {})));
    },
  };
}
