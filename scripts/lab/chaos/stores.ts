import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Asks any database of the run, past the services. */
export interface Stores {
  query<T extends pg.QueryResultRow>(database: string, sql: string): Promise<readonly T[]>;
  close(): Promise<void>;
}

/** A server that was just killed needs this long at most, milliseconds. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 100;

/** @param server where it is and how to sign in as the superuser, asked anew for each connection */
export function openStores(server: () => Promise<pg.ClientConfig>): Stores {
  const clients = new Map<string, pg.Client>();

  const connected = async (database: string) => {
    const known = clients.get(database);
    if (known) return known;
    const client = new pg.Client({ ...(await server()), database });
    // Its end would end the process; the next question opens another.
    client.on('error', () => clients.delete(database));
    await client.connect();
    clients.set(database, client);
    return client;
  };
  return {
    async query<T extends pg.QueryResultRow>(database: string, sql: string) {
      for (const end = performance.now() + PATIENCE_MS; ; await delay(PAUSE_MS)) {
        try {
          return (await (await connected(database)).query<T>(sql)).rows;
        } catch (error) {
          clients.delete(database);
          // A statement that is wrong stays wrong. Class 57 is an operator's intervention, 08 a connection that is lost.
          const refused = error instanceof pg.DatabaseError && !/^(57|08)/.test(error.code ?? '');
          if (refused || performance.now() > end) throw error;
        }
      }
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.end().catch(() => {})));
    },
  };
}
