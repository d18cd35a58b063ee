import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { AppStore } from '../../../mesh/policy/app-config.ts';
import { CONNECT_TIMEOUT_MS, TCP_KEEPALIVE } from '../../../mesh/policy/liveness.ts';
import { parseAddress } from '../config/address.ts';
import type { Discovery, Endpoint } from '../discovery/discovery.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { BackOff } from '../time/back-off.ts';
import { ServerTls } from '../tls/server-tls.ts';
import { isTlsFailure, withTlsAdvice } from '../tls/tls-problem.ts';
import { PoolLiveness } from './pool-liveness.ts';
import { addPoolMetrics } from './pool-metrics.ts';
import { NoResponseError, StoreClient } from './store-client.ts';
import { StorePool } from './store-pool.ts';

/** Idle connections are closed after this time. */
const IDLE_TIMEOUT_MS = 10_000;
/** The server ends sessions that are idle for this time, whose clients have vanished. */
const SESSION_IDLE_TIMEOUT_MS = 60_000;
/** Connections are replaced after this time, so that they follow the name to another server. */
const MAX_LIFETIME_SECONDS = 1_800;
/** Below the client's response timeout: the server cancels a slow statement first, and its connection stays usable. */
const STATEMENT_TIMEOUT_MS = 8_000;
/**
 * The server ends transactions that are idle for this time, which frees the locks of a client that vanished. Statements
 * that wait for such a lock fail only after STATEMENT_TIMEOUT_MS.
 */
const TRANSACTION_IDLE_TIMEOUT_MS = 10_000;

export interface PoolSource {
  readonly store: AppStore;
  readonly password: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly discovery: Discovery;
  readonly log: Log;
  /** Receives the numbers of connections. @default none */
  readonly metrics?: Metrics | undefined;
  /** Maximum milliseconds to wait for the first connection. @default 30 s */
  readonly startTimeoutMs?: number;
  /** Maximum milliseconds a statement waits for its response. @default RESPONSE_TIMEOUT_MS, 10 s */
  readonly responseTimeoutMs?: number;
  /** Folder of the files that `store.tls` names. @default /etc/weft/tls */
  readonly tlsFolder?: string | undefined;
  /** Receives the reason of each failed connection attempt. */
  readonly onWaiting?: ((reason: string) => void) | undefined;
}

/**
 * Planner settings for the few, similar statements of a service, each of which finds some rows by an index. A statement
 * is planned once per connection, because planning it for each call costs more than a better plan saves. That plan may
 * be made while the tables are empty and a full scan is cheapest, and would then stay until the table is analyzed. Full
 * scans and the joins that need them are therefore disabled.
 */
export const PLANNER_OPTIONS = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/** A connected pool. */
export interface OpenPool {
  readonly pool: Pool;
  readonly liveness: PoolLiveness;
  /**
   * Resolves when the server responds on a connection of the pool. A connection without a response is closed, together
   * with the idle ones.
   * @throws Error when no connection is available, or none responds, within `timeoutMs` milliseconds
   */
  ping(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a pool and waits until it connects. New connections follow the endpoints of the discovery and use the
 * certificates that are on disk at that time.
 * @throws SettingsError when a file of `store.tls` is missing or wrong; Error at once when the server rejects the role,
 *   the password or the database; Error after `startTimeoutMs` when the server does not respond or TLS fails
 */
export async function openPool(source: PoolSource): Promise<OpenPool> {
  const { store, discovery, log, startTimeoutMs = 30_000, responseTimeoutMs } = source;
  const tls = new ServerTls(store.tls, log, source.tlsFolder);
  const { host } = parseAddress(store.address);
  const pool = new StorePool({
    database: store.database,
    user: store.role,
    password: source.password,
    max: store.maxConnections,
    application_name: source.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: TCP_KEEPALIVE.idleMs,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: TRANSACTION_IDLE_TIMEOUT_MS,
    options: `${PLANNER_OPTIONS} -c idle_session_timeout=${SESSION_IDLE_TIMEOUT_MS}`,
    Client: StoreClient,
    ...(responseTimeoutMs !== undefined && { responseTimeoutMs }),
  });
  const liveness = new PoolLiveness(pool);
  if (source.metrics) addPoolMetrics(source.metrics, pool, store.database);
  // Read by each new connection, including those of LISTEN and migrations. With undefined, pg would use PGSSLMODE.
  Object.defineProperty(pool.options, 'ssl', { get: () => tls.options(host) ?? false, enumerable: true });
  // Without a listener, the loss of an idle connection would end the process.
  pool.on('error', (error) =>
    log.warn('lost an idle connection; the pool opens another on demand', { address: store.address, error }),
  );
  // The pool removes its listener at checkout, before the caller adds one. A connection lost in between would end the
  // process; with this listener, the next statement on it fails instead.
  pool.on('connect', (client) => client.on('error', () => {}));

  const located = Promise.withResolvers<void>();
  const watch = discovery.watch(store.address, {
    onEndpoints: ([first]: readonly Endpoint[]) => {
      Object.assign(pool.options, first);
      located.resolve();
    },
    onError: (error) =>
      log.warn('cannot resolve the database address; keeping the last addresses', {
        address: store.address,
        error,
      }),
  });
  const close = async () => {
    watch.stop();
    await pool.end();
  };
  try {
    await connect(pool, source, located.promise, startTimeoutMs);
  } catch (error) {
    await close();
    throw error;
  }
  return { pool, liveness, ping: (timeoutMs) => ping(pool, liveness, timeoutMs), close };
}

async function ping(pool: Pool, liveness: PoolLiveness, timeoutMs: number): Promise<void> {
  const timeout = Promise.withResolvers<never>();
  const timeoutError = new NoResponseError(`no response within ${timeoutMs / 1_000} s`);
  const timer = setTimeout(() => timeout.reject(timeoutError), timeoutMs);
  const connecting = pool.connect();
  try {
    const client = await Promise.race([connecting, timeout.promise]).catch((error: unknown) => {
      // The pool may still provide the connection later; without a release it would leak.
      connecting.then((unused) => unused.release()).catch(() => {});
      throw error;
    });
    const pendingSince = performance.now();
    try {
      await Promise.race([client.query('SELECT'), timeout.promise]);
      client.release();
    } catch (error) {
      if (error === timeoutError) liveness.evict(pendingSince);
      client.release(true);
      throw error;
    }
  } finally {
    clearTimeout(timer);
  }
}

async function connect(
  pool: Pool,
  source: PoolSource,
  located: Promise<void>,
  startTimeoutMs: number,
): Promise<void> {
  const { address, database, role } = source.store;
  const deadline = performance.now() + startTimeoutMs;
  const backOff = new BackOff({ minMs: 50, maxMs: 2_000 });
  let lastReason = '';
  for (;;) {
    const pauseMs = backOff.next();
    try {
      await Promise.race([
        located,
        delay(pauseMs * 20, undefined, { ref: false }).then(() =>
          Promise.reject(new Error('discovery has no endpoints')),
        ),
      ]);
      (await pool.connect()).release();
      return;
    } catch (error) {
      const reason = withTlsAdvice(error);
      const message = `cannot open database ${database} at ${address} as ${role}: ${reason}`;
      if (isRejection(error) || performance.now() + pauseMs > deadline)
        throw new Error(message, { cause: error });
      // A TLS failure lasts until an operator renews a certificate, so it is logged as an error, once per reason.
      const isNewTlsFailure = reason !== lastReason && isTlsFailure(error);
      lastReason = reason;
      source.onWaiting?.(message);
      source.log[isNewTlsFailure ? 'error' : 'info']('waiting for the database', { address, reason });
      await delay(pauseMs);
    }
  }
}

/** Returns whether a retry is futile: SQLSTATE class 28 (invalid authorization) or 3D (unknown database). */
function isRejection(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(28|3D)/.test(String(error.code));
}
