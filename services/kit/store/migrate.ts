import { createHash } from 'node:crypto';
import { Client, type Pool } from 'pg';
import type { Log } from '../telemetry/log.ts';
import type { Migration } from './migration.ts';

/** Any number, the same for everyone who migrates a database of Weft. */
const LOCK = 7_305_531_120;

const TABLE = `CREATE TABLE IF NOT EXISTS schema_migrations (
  name       text PRIMARY KEY,
  checksum   text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;

/**
 * Applies those of `migrations` that the pool's database has not yet, in their order, all or none. Processes that start
 * together do it one after the other. Migrations of a later version, which the list does not have, are left alone.
 * @throws Error that names a migration which was changed after it was applied, or which fails
 */
export async function migrate(pool: Pool, migrations: readonly Migration[], log: Log): Promise<void> {
  // A connection of its own: a migration may take longer than the pool's statement_timeout.
  const client = new Client(pool.options);
  client.on('error', (error) => log.warn('connection lost while migrating', { error }));
  await client.connect();
  try {
    await client.query('SET statement_timeout = 0');
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await client.query(TABLE);
    const applied = await client.query<{ name: string; checksum: string }>(
      'SELECT name, checksum FROM schema_migrations',
    );
    const checksums = new Map(applied.rows.map((row) => [row.name, row.checksum]));
    for (const migration of migrations) await apply(client, migration, checksums.get(migration.name), log);
    await client.query('COMMIT');
  } finally {
    // Ends the transaction too, if it is still open.
    await client.end();
  }
}

async function apply(
  client: Client,
  { name, sql }: Migration,
  applied: string | undefined,
  log: Log,
): Promise<void> {
  const checksum = createHash('sha256').update(sql).digest('hex');
  if (applied === checksum) return;
  if (applied !== undefined) {
    throw new Error(`migration '${name}' was changed after it was applied; restore it, and add a new one`);
  }
  try {
    await client.query(sql);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`migration '${name}' fails: ${reason}`, { cause: error });
  }
  await client.query('INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)', [name, checksum]);
  log.info('migration applied', { name });
}
