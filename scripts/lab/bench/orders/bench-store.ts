import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { startPostgres } from '../../../../mesh/run/postgres/embedded-postgres.ts';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import { outboxMigrations } from '../../../../services/kit/events/outbox.ts';
import { migrate } from '../../../../services/kit/store/migrate.ts';
import { openPool, PLANNER_OPTIONS } from '../../../../services/kit/store/open-pool.ts';
import { createLog } from '../../../../services/kit/telemetry/log.ts';
import { migrations as orderMigrations } from '../../../../services/order/migrations.ts';
import { migrations as productMigrations } from '../../../../services/product/migrations.ts';
import { createStaticDiscovery } from '../static-discovery.ts';

export const CONNECTIONS = 16;
export const PRODUCTS = 1_000;

/** A database with the tables of both product and order, so that one client can run the statements of both. */
export interface BenchStore {
  readonly pool: Pool;
  /** Environment variables with the connection parameters for programs of Postgres. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts a Postgres with durable writes and with products whose stock does not run out. */
export async function startBenchStore(): Promise<BenchStore> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  const postgres = await startPostgres({ data: join(folder, 'data') });
  const log = createLog({ service: 'bench' }, { format: 'json', level: 'error' });
  const { address, database, role, password } = await postgres.createStore('bench');
  const { pool, close } = await openPool({
    store: { address, database, role, maxConnections: CONNECTIONS },
    password,
    applicationName: 'bench',
    discovery: createStaticDiscovery([address]),
    log,
  });
  await migrate(pool, [...outboxMigrations, ...productMigrations, ...orderMigrations], log);
  await pool.query(
    `INSERT INTO product (id, name, description, price_amount, price_currency, stock)
     SELECT ${productIdSql('n')}, 'Product ' || n, '', 1000 + n, 'EUR', 100000000 FROM generate_series(1, $1) AS n`,
    [PRODUCTS],
  );
  const { host, port } = parseAddress(address);
  return {
    pool,
    environment: {
      PGHOST: host,
      PGPORT: String(port),
      PGDATABASE: database,
      PGUSER: role,
      PGPASSWORD: password,
      PGOPTIONS: PLANNER_OPTIONS,
    },
    async stop() {
      await close();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns an SQL expression for the id of a product. @param number SQL expression of its number, from 1 */
export function productIdSql(number: string): string {
  return `('00000000-0000-7000-8000-' || lpad(${number}::text, 12, '0'))::uuid`;
}

/** Returns the id of a product by its number, from 1. */
export function productId(number: number): string {
  return `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}
