import { afterEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { Link } from '../../../../scripts/lab/chaos/local/link.ts';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import type { Discovery } from '../../../../services/kit/discovery/discovery.ts';
import { listen } from '../../../../services/kit/store/listen.ts';
import { migrate } from '../../../../services/kit/store/migrate.ts';
import { type OpenPool, openPool } from '../../../../services/kit/store/open-pool.ts';
import { NoResponseError } from '../../../../services/kit/store/store-client.ts';
import { storeProbe } from '../../../../services/kit/store/store-probe.ts';
import { transaction } from '../../../../services/kit/store/transaction.ts';
import { type TestStore, testStore } from '../../../postgres.ts';
import { eventually } from '../../../until.ts';
import { recordedLog } from '../recorded-log.ts';

/** Long enough for a busy machine to answer, short enough to wait for. */
const ANSWER_TIMEOUT_MS = 500;

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const direct: Discovery = {
  watch: (address, watcher) => {
    setImmediate(() => watcher.onEndpoints([parseAddress(address)]));
    return { refresh: () => {}, stop: () => {} };
  },
  close: () => {},
};

interface Linked extends OpenPool {
  readonly link: Link;
  readonly store: TestStore;
}

/** A pool that reaches a fresh database through a link. */
async function linkedPool(name: string, connections = 4): Promise<Linked> {
  const store = await testStore(name);
  const { database, role, password } = store;
  const link = await Link.open(store.address);
  closing.push(() => link.close());
  const open = await openPool({
    store: { address: link.address, database, role, maxConnections: connections },
    password,
    applicationName: 'test',
    discovery: direct,
    log: recordedLog().log,
    responseTimeoutMs: ANSWER_TIMEOUT_MS,
  });
  closing.push(open.close);
  return { ...open, link, store };
}

/** Opens all connections that a pool may have, and leaves them idle. */
async function fill({ pool }: OpenPool): Promise<void> {
  const clients = await Promise.all(Array.from({ length: pool.options.max }, () => pool.connect()));
  for (const client of clients) client.release();
  expect(pool.idleCount).toBe(pool.options.max);
}

test('a statement without a response costs one timeout, and closes all idle connections of that time', async () => {
  const open = await linkedPool('kit-silent-pool');
  const { pool, link } = open;
  await fill(open);
  link.silence();
  await expect(pool.query('SELECT 1')).rejects.toThrow('postgres did not respond within 0.5 s');
  await eventually(() => pool.totalCount === 0);
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('waiting statements get a new connection when the pooled ones are closed as silent', async () => {
  const open = await linkedPool('kit-silent-busy');
  const { pool, link } = open;
  await fill(open);
  link.silence();
  const results = await Promise.allSettled(Array.from({ length: 12 }, () => pool.query('SELECT 1')));
  const failed = results.filter(({ status }) => status === 'rejected').length;
  expect(failed).toBe(pool.options.max);
});

test('a transaction without a response fails, and its connection is not reused', async () => {
  const open = await linkedPool('kit-silent-transaction', 1);
  const { pool, link } = open;
  await pool.query('CREATE TABLE t (n int)');
  const work = transaction(pool, async (tx) => {
    await tx.query('INSERT INTO t VALUES (1)');
    link.silence();
    await tx.query('INSERT INTO t VALUES (2)');
  });
  await expect(work).rejects.toBeInstanceOf(NoResponseError);
  expect((await pool.query('SELECT FROM t')).rowCount).toBe(0);
});

test('a commit without a response is an error', async () => {
  const { pool, link } = await linkedPool('kit-silent-commit', 1);
  const work = transaction(pool, async (tx) => {
    await tx.query('SELECT 1');
    link.silence();
  });
  await expect(work).rejects.toBeInstanceOf(NoResponseError);
});

test('a pool closes after its server vanished', async () => {
  const open = await linkedPool('kit-silent-close');
  await fill(open);
  open.link.silence();
  closing.splice(closing.indexOf(open.close), 1);
  await open.close();
});

test('statements with a late response or an error keep their connection', async () => {
  const { pool } = await linkedPool('kit-silent-slow', 1);
  const client = await pool.connect();
  // Each within the limit, all of them together not.
  for (const _ of Array.from({ length: 4 })) await client.query('SELECT pg_sleep(0.2)');
  await expect(client.query('SELECT 1/0')).rejects.toThrow('division by zero');
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  client.release();
});

test('reports a store that does not respond with the reason, and its recovery', async () => {
  const open = await linkedPool('kit-silent-probe');
  await fill(open);
  let problem: string | undefined;
  const { log, lines } = recordedLog();
  const probe = storeProbe(open, {
    log,
    report: (next) => {
      problem = next;
    },
    intervalMs: 10,
    timeoutMs: ANSWER_TIMEOUT_MS,
  });
  await probe.start();
  const mend = open.link.blackHole();
  expect(await eventually(() => problem)).toBe('no response within 0.5 s');
  mend();
  await eventually(() => problem === undefined);
  expect(lines.map(({ message }) => message)).toEqual([
    'the store does not respond; the service is not ready',
    'the store responds again; the service is ready',
  ]);
  await probe.stop();
});

test('does not report a busy store whose connections respond', async () => {
  const open = await linkedPool('kit-busy-probe', 1);
  const problems: (string | undefined)[] = [];
  const probe = storeProbe(open, {
    log: recordedLog().log,
    report: (problem) => problems.push(problem),
    intervalMs: 1_000,
    timeoutMs: 1,
  });
  const client = await open.pool.connect();
  await client.query('SELECT 1');
  await probe.start();
  await eventually(() => problems.length > 0);
  expect(problems).toEqual([undefined]);
  await probe.stop();
  client.release();
});

test('a listener whose server vanished reconnects and reports possibly missed notifications', async () => {
  const { pool, link, store } = await linkedPool('kit-silent-listen');
  const payloads: (string | undefined)[] = [];
  const heartbeat = { intervalMs: 20, timeoutMs: ANSWER_TIMEOUT_MS };
  const listener = listen(pool, 'c', (payload) => payloads.push(payload), undefined, heartbeat);
  closing.push(() => listener.stop());
  await listener.start();
  expect(payloads).toEqual([undefined]);
  link.silence();
  await eventually(() => payloads.length === 2);
  const other = new pg.Client({ connectionString: store.connectionString });
  await other.connect();
  await other.query("NOTIFY c, 'a'");
  await other.end();
  await eventually(() => payloads.length === 3);
  expect(payloads).toEqual([undefined, undefined, 'a']);
});

test('a migration may take longer than the response timeout', async () => {
  const { pool } = await linkedPool('kit-long-migration');
  const sql = 'CREATE TABLE t (); SELECT pg_sleep(0.8)';
  await migrate(pool, [{ name: '1-long', sql }], recordedLog().log, 20);
  expect((await pool.query("SELECT to_regclass('t') AS t")).rows).toEqual([{ t: 't' }]);
});

test('a migration whose response is lost fails', async () => {
  const { pool, link, store } = await linkedPool('kit-silent-migration');
  const migrating = migrate(pool, [{ name: '1-lost', sql: 'SELECT pg_sleep(0.3)' }], recordedLog().log, 20);
  migrating.catch(() => {});
  const other = new pg.Client({ connectionString: store.connectionString });
  await other.connect();
  const sleeping = "SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(0.3)' AND state = 'active'";
  await eventually(async () => (await other.query(sleeping)).rowCount === 1);
  await other.end();
  link.silence();
  await expect(migrating).rejects.toThrow(/the response of postgres was lost/);
});
