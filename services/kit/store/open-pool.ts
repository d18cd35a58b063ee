import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import type { AppStore } from '../../../mesh/policy/app-config.ts';
import { CONNECT_TIMEOUT_MS, TCP_KEEPALIVE } from '../../../mesh/policy/liveness.ts';
import { parseAddress } from '../config/address.ts';
import type { Discovery, Endpoint } from '../discovery/discovery.ts';
import type { Log } from '../telemetry/log.ts';
import { BackOff } from '../time/back-off.ts';
import { ServerTls } from '../tls/server-tls.ts';
import { isTlsFailure, withTlsAdvice } from '../tls/tls-problem.ts';
import { PoolLiveness } from './pool-liveness.ts';
import { NoAnswerError, StoreClient } from './store-client.ts';

/** Idle connections are closed after this, in milliseconds. */
const IDLE_TIMEOUT_MS = 10_000;
/** The server ends sessions that are idle for this long, whose clients have vanished. In milliseconds. */
const SESSION_IDLE_TIMEOUT_MS = 60_000;
/** A connection is replaced after this, so that new ones reach the server that a name leads to now. In seconds. */
const MAX_LIFETIME_SECONDS = 1_800;
/** Below the client's limit for an answer: the server cancels a slow statement first, and its connection stays usable. */
const STATEMENT_TIMEOUT_MS = 8_000;
/**
 * The server ends transactions that are idle for this long, in milliseconds, which frees the locks of a client that
 * vanished. Statements that wait for such a lock fail only after STATEMENT_TIMEOUT_MS.
 */
const TRANSACTION_IDLE_TIMEOUT_MS = 10_000;

export interface PoolSource {
  readonly store: AppStore;
  readonly password: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly discovery: Discovery;
  readonly log: Log;
  /** Milliseconds to wait for the server to answer. @default 30 s */
  readonly patienceMs?: number;
  /** Milliseconds that a statement may wait for its answer. @default RESPONSE_TIMEOUT_MS, 10 s */
  readonly answerTimeoutMs?: number;
  /** Folder of the files that `store.tls` names. @default /etc/weft/tls */
  readonly tlsFolder?: string | undefined;
  /** Receives why the server cannot be used yet, after each try. */
  readonly onWaiting?: ((reason: string) => void) | undefined;
}

/**
 * Statements here are few, alike, and find some rows by an index. Each is planned once for a connection: to plan it for
 * each call costs more than a better plan gains. It may be planned while its tables are empty, where to read a whole
 * table or index is the cheapest, and would then do so for as long as nobody analyzes the table.
 */
export const PLANNING = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/** A pool and what closes it. */
export interface OpenPool {
  readonly pool: Pool;
  readonly liveness: PoolLiveness;
  /**
   * Resolves when the server answers on a connection of the pool. A connection that does not answer is closed, together
   * with the idle ones.
   * @throws Error when no connection is to be had, or it does not answer, within `timeoutMs` milliseconds
   */
  ask(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a pool and makes sure that it connects. New connections follow the discovery's endpoints, and use the certificates
 * that are on disk when they are opened.
 * @throws SettingsError when a file of `store.tls` is missing or wrong; Error when the server does not answer in time or
 *   its certificate is refused until then, or at once when it refuses role, password or database
 */
export async function openPool(source: PoolSource): Promise<OpenPool> {
  const { store, discovery, log, patienceMs = 30_000 } = source;
  const tls = new ServerTls(store.tls, log, source.tlsFolder);
  const { host } = parseAddress(store.address);
  const pool = new Pool({
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
    options: `${PLANNING} -c idle_session_timeout=${SESSION_IDLE_TIMEOUT_MS}`,
    Client: StoreClient,
    ...(source.answerTimeoutMs !== undefined && { answerTimeoutMs: source.answerTimeoutMs }),
  });
  const liveness = new PoolLiveness(pool);
  // Each connection reads it, those of LISTEN and migrations too. Not undefined: pg would look at PGSSLMODE.
  Object.defineProperty(pool.options, 'ssl', { get: () => tls.options(host) ?? false, enumerable: true });
  // Without a listener the end of an idle connection would end the process.
  pool.on('error', (error) => log.warn('idle connection lost', { address: store.address, error }));
  // Nor is anyone listening between the moment a connection is handed out and the one in which its taker gets it.
  // The next statement on it fails.
  pool.on('connect', (client) => client.on('error', () => {}));

  const located = Promise.withResolvers<void>();
  const watch = discovery.watch(store.address, {
    endpoints: ([first]: readonly Endpoint[]) => {
      Object.assign(pool.options, first);
      located.resolve();
    },
    error: (error) => log.warn('database not found yet', { address: store.address, error }),
  });
  const close = async () => {
    watch.stop();
    await pool.end();
  };
  try {
    await connect(pool, source, located.promise, patienceMs);
  } catch (error) {
    await close();
    throw error;
  }
  return { pool, liveness, ask: (timeoutMs) => ask(pool, liveness, timeoutMs), close };
}

async function ask(pool: Pool, liveness: PoolLiveness, timeoutMs: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const error = new NoAnswerError(`no answer within ${timeoutMs / 1_000} s`);
  const timer = setTimeout(() => late.reject(error), timeoutMs);
  const connecting = pool.connect();
  try {
    const client = await Promise.race([connecting, late.promise]).catch((reason: unknown) => {
      // The pool may still hand one out.
      connecting.then((unused) => unused.release()).catch(() => {});
      throw reason;
    });
    const askedAt = performance.now();
    try {
      await Promise.race([client.query('SELECT'), late.promise]);
      client.release();
    } catch (reason) {
      if (reason === error) liveness.evict(askedAt);
      client.release(true);
      throw reason;
    }
  } finally {
    clearTimeout(timer);
  }
}

async function connect(
  pool: Pool,
  source: PoolSource,
  located: Promise<void>,
  patienceMs: number,
): Promise<void> {
  const { address, database, role } = source.store;
  const until = performance.now() + patienceMs;
  let waitsFor = '';
  const backOff = new BackOff({ minMs: 50, maxMs: 2_000 });
  for (;;) {
    const pauseMs = backOff.next();
    try {
      await Promise.race([
        located,
        delay(pauseMs * 20, undefined, { ref: false }).then(() =>
          Promise.reject(new Error('no endpoints are known')),
        ),
      ]);
      (await pool.connect()).release();
      return;
    } catch (error) {
      const reason = withTlsAdvice(error);
      const message = `cannot open database ${database} at ${address} as ${role}: ${reason}`;
      if (isRefusal(error) || performance.now() + pauseMs > until) throw new Error(message, { cause: error });
      // A certificate may be renewed, here or at the server, but somebody has to do it.
      const isNews = reason !== waitsFor && isTlsFailure(error);
      waitsFor = reason;
      source.onWaiting?.(message);
      source.log[isNews ? 'error' : 'info']('waiting for the database', { address, reason });
      await delay(pauseMs);
    }
  }
}

/** SQLSTATE classes 28 (authorization) and 3D (unknown database): waiting does not mend them. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(28|3D)/.test(String(error.code));
}
