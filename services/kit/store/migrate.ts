import { createHash } from 'node:crypto';
import type { Client, Pool } from 'pg';
import { HEARTBEAT } from '../../../mesh/policy/liveness.ts';
import type { Log } from '../telemetry/log.ts';
import { NoResponseError, StoreClient } from './store-client.ts';

/** One step of a database schema. Applied once, in the order of the list, and never changed afterwards. */
export interface Migration {
  /** Unique within its database: `0001-orders`. */
  readonly name: string;
  /** One or more statements, which are applied atomically. */
  readonly sql: string;
}

/** Key of the advisory lock that serializes migrations. Arbitrary, but the same in all processes. */
const LOCK = 7_305_531_120;

const FIND_ACTIVE_BACKEND = "SELECT FROM pg_stat_activity WHERE pid = $1 AND state = 'active'";

const TABLE = `CREATE TABLE IF NOT EXISTS schema_migrations (
  name       text PRIMARY KEY,
  checksum   text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;

/**
 * Applies the migrations that the pool's database lacks, in the order of the list and in one transaction. Concurrent
 * processes wait for each other on an advisory lock. Applied migrations that the list lacks are those of a later
 * version and are ignored.
 * @param intervalMs milliseconds between two polls of whether the server still executes the statement. @default 5 s
 * @throws Error that names a migration which fails or was changed after it was applied; NoResponseError when the
 *   connection broke without being closed
 */
export async function migrate(
  pool: Pool,
  migrations: readonly Migration[],
  log: Log,
  intervalMs: number = HEARTBEAT.intervalMs,
): Promise<void> {
  // Uses a dedicated connection, because a migration may take longer than the pool's statement_timeout.
  const client = new StoreClient(pool.options, 0);
  client.on('error', (error) =>
    log.warn('lost the connection during a migration; the migration fails', { error }),
  );
  await client.connect();
  const backend = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const unwatch = watchBackend(pool, client, backend.rows[0]?.pid, intervalMs);
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
    unwatch();
    // Rolls back a transaction that is still open.
    await client.end();
  }
}

/**
 * Polls `pg_stat_activity` and closes `client` when its response is lost: the client waits for one, while the server
 * executes nothing for it. This detects a vanished server without limiting migrations, which may take hours.
 * @returns a function that stops the polling
 */
function watchBackend(
  pool: Pool,
  client: StoreClient,
  pid: number | undefined,
  intervalMs: number,
): () => void {
  let suspect: number | undefined;
  const poll = async () => {
    const { pendingSince } = client;
    const { rowCount } = await pool.query(FIND_ACTIVE_BACKEND, [pid]);
    if (pendingSince === undefined || pendingSince !== client.pendingSince || rowCount !== 0) return;
    // The response may be in flight: only a second consecutive poll with the same result is proof.
    if (pendingSince === suspect) {
      client.destroy(new NoResponseError('the response of postgres was lost; its connection was closed'));
    }
    suspect = pendingSince;
  };
  let isPolling = false;
  const timer = setInterval(async () => {
    if (isPolling) return;
    isPolling = true;
    // A failed poll says nothing about the statement, so it is ignored.
    await poll().catch(() => {});
    isPolling = false;
  }, intervalMs).unref();
  return () => clearInterval(timer);
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
    throw new Error(
      `migration '${name}' was changed after it was applied; restore it and add a new one, or delete the data of the store (npm start -- --reset)`,
    );
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
