import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../../../../mesh/run/postgres/embedded-postgres.ts';
import type { Migration } from '../../../../services/kit/store/migrate.ts';
import { migrate } from '../../../../services/kit/store/migrate.ts';
import { type OpenPool, openPool } from '../../../../services/kit/store/open-pool.ts';
import { createLog } from '../../../../services/kit/telemetry/log.ts';
import { createStaticDiscovery } from '../static-discovery.ts';

const SCHEMA = readFileSync(
  new URL('../../../../services/kit/events/postgres-broker.sql', import.meta.url),
  'utf8',
);

/** Connection parameters of a store. */
export interface StoreAccess {
  readonly address: string;
  readonly database: string;
  readonly role: string;
  readonly password: string;
}

/** A Postgres with durable writes, the database of topics, and stores, as in the local run. */
export interface EventsServer {
  /** Access to the database of topics as superuser. */
  readonly topics: StoreAccess;
  /** Creates a store with the tables of `migrations`. */
  createStore(name: string, migrations: readonly Migration[]): Promise<StoreAccess>;
  /** Runs a statement on its own connection, without a timeout. */
  query<R extends pg.QueryResultRow>(database: string, text: string): Promise<readonly R[]>;
  stop(): Promise<void>;
}

export async function startEventsServer(): Promise<EventsServer> {
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
    async createStore(name, migrations) {
      const access = await postgres.createStore(name);
      const { pool, close } = await openStore(access, 1);
      await migrate(pool, migrations, errorLog);
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

/** Log that writes errors only. */
export const errorLog = createLog(
  { service: 'bench' },
  { level: 'error', write: (line) => process.stderr.write(line) },
);

/** Opens a pool like that of a service, but without a timeout for a free connection: that wait is part of the measurement. */
export async function openStore(
  { password, ...access }: StoreAccess,
  connections: number,
): Promise<OpenPool> {
  const result = await openPool({
    store: { ...access, maxConnections: connections },
    password,
    applicationName: 'bench',
    discovery: createStaticDiscovery([access.address]),
    log: errorLog,
  });
  result.pool.options.connectionTimeoutMillis = 0;
  return result;
}
