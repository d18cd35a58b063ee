import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../../../mesh/run/postgres/embedded-postgres.ts';
import { migrate } from '../../../../services/kit/store/migrate.ts';
import type { Migration } from '../../../../services/kit/store/migration.ts';
import { type OpenPool, openPool } from '../../../../services/kit/store/open-pool.ts';
import { createLog } from '../../../../services/kit/telemetry/log.ts';
import { knownAddresses } from '../known-addresses.ts';

const SCHEMA = readFileSync(
  new URL('../../../../services/kit/events/postgres-broker.sql', import.meta.url),
  'utf8',
);

/** What a process needs to open a store. */
export interface StoreAccess {
  readonly address: string;
  readonly database: string;
  readonly role: string;
  readonly password: string;
}

/** A Postgres that writes safely, with the database of topics and with stores, as the local run has it. */
export interface EventsServer {
  /** The database of topics, as a role that may do everything there. */
  readonly topics: StoreAccess;
  /** A new store with these tables. */
  store(name: string, migrations: readonly Migration[]): Promise<StoreAccess>;
  /** Runs a statement for as long as it takes. */
  query<R extends pg.QueryResultRow>(database: string, text: string): Promise<readonly R[]>;
  stop(): Promise<void>;
}

export async function eventsServer(): Promise<EventsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  const postgres = await startPostgres({ data: join(folder, 'data') });
  const { host, port, superuserPassword: password } = postgres;
  const query = async <R extends pg.QueryResultRow>(database: string, text: string) => {
    const client = new pg.Client({ host, port, user: 'postgres', password, database });
    await client.connect();
    try {
      return (await client.query<R>(text)).rows;
    } finally {
      await client.end();
    }
  };
  await query('postgres', 'CREATE DATABASE events');
  await query('events', SCHEMA);
  return {
    topics: { address: `${host}:${port}`, database: 'events', role: 'postgres', password },
    async store(name, migrations) {
      const access = await postgres.createStore(name);
      const { pool, close } = await openStore(access, 1);
      await migrate(pool, migrations, quiet);
      await close();
      return access;
    },
    query,
    async stop() {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Errors alone. */
export const quiet = createLog(
  { service: 'bench' },
  { level: 'error', write: (line) => process.stderr.write(line) },
);

/** A pool as services have it, but for one thing: who finds no connection free waits, which is in what is measured. */
export async function openStore(
  { password, ...access }: StoreAccess,
  connections: number,
): Promise<OpenPool> {
  const opened = await openPool({
    store: { ...access, maxConnections: connections },
    password,
    applicationName: 'bench',
    discovery: knownAddresses([access.address]),
    log: quiet,
  });
  opened.pool.options.connectionTimeoutMillis = 0;
  return opened;
}
