import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, test } from '@jest/globals';
import { parsePrometheus } from '../../../../scripts/operate/rollout/prometheus.ts';
import { parseAddress } from '../../../../services/kit/config/address.ts';
import type { Discovery, EndpointListener } from '../../../../services/kit/discovery/discovery.ts';
import { openPool } from '../../../../services/kit/store/open-pool.ts';
import { transaction } from '../../../../services/kit/store/transaction.ts';
import { formatMetrics } from '../../../../services/kit/telemetry/metric-text.ts';
import { Metrics } from '../../../../services/kit/telemetry/metrics.ts';
import { testStore } from '../../../postgres.ts';
import { eventually } from '../../../until.ts';
import { recordedLog } from '../recorded-log.ts';

function movable(address: string): { discovery: Discovery; move: (to: string) => void } {
  const watchers: EndpointListener[] = [];
  const discovery: Discovery = {
    watch: (_, watcher) => {
      watchers.push(watcher);
      setImmediate(() => watcher.onEndpoints([parseAddress(address)]));
      return { refresh: () => {}, stop: () => {} };
    },
    close: () => {},
  };
  const move = (to: string) => {
    for (const watcher of watchers) watcher.onEndpoints([parseAddress(to)]);
  };
  return { discovery, move };
}

test('waits for a server that starts later at another address, and reports the wait', async () => {
  const { address, database, role, password } = await testStore('kit-pool');
  const { log, lines } = recordedLog();
  const { discovery, move } = movable('127.0.0.1:1');
  const store = { address: 'postgres:5432', database, role, maxConnections: 2 };
  const opening = openPool({ store, password, applicationName: 'test', discovery, log });
  await eventually(() => lines.some(({ message }) => message === 'waiting for the database'));
  move(address);
  const { pool, close } = await opening;
  const { rows } = await pool.query(
    `SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS limit`,
  );
  expect(rows).toEqual([{ name: 'test', limit: '8s' }]);
  await close();
});

test('reports the idle, used and maximum connections, and the statements that wait for one', async () => {
  const { address, database, role, password } = await testStore('kit-pool-metrics');
  const { log } = recordedLog();
  const { discovery } = movable(address);
  const metrics = new Metrics();
  const store = { address, database, role, maxConnections: 2 };
  const { pool, close } = await openPool({
    store,
    password,
    applicationName: 'test',
    discovery,
    log,
    metrics,
  });
  const first = await pool.connect();
  const second = await pool.connect();
  const waiting = pool.connect();
  const read = () =>
    parsePrometheus(formatMetrics(metrics, 'prometheus')).map(({ name, labels, value }) => [
      name.replace('db_client_connection_', ''),
      labels.db_client_connection_state ?? labels.db_client_connection_pool_name,
      value,
    ]);
  expect(read()).toEqual([
    ['count', 'idle', 0],
    ['count', 'used', 2],
    ['max', database, 2],
    ['pending_requests', database, 1],
  ]);
  first.release();
  second.release();
  (await waiting).release();
  expect(read().slice(0, 2)).toEqual([
    ['count', 'idle', 2],
    ['count', 'used', 0],
  ]);
  await close();
});

/** An ErrorResponse, as PostgreSQL's "Message Formats" has it. */
function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.from([0x45, 0, 0, 0, fields.length + 4]);
  return Buffer.concat([head, fields]);
}

/** A server that lets everybody in and ends each connection in the same breath. */
async function fickleServer(): Promise<Server> {
  const welcome = [0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () =>
      socket.end(Buffer.concat([Buffer.from(welcome), fatal('57P01', 'terminating connection')])),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('a connection lost at checkout fails its statement, not the process', async () => {
  const server = await fickleServer();
  const { discovery } = movable(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  const store = { address: 'postgres:5432', database: 'orders', role: 'order', maxConnections: 2 };
  const { log } = recordedLog();
  const { pool, close } = await openPool({ store, password: 'x', applicationName: 'test', discovery, log });
  await expect(transaction(pool, (tx) => tx.query('SELECT 1'))).rejects.toThrow();
  await expect(pool.query('SELECT 1')).rejects.toThrow();
  await close();
  server.close();
});

test('fails after the start timeout with database, address, role and reason', async () => {
  const { discovery } = movable('127.0.0.1:1');
  const store = { address: 'postgres:5432', database: 'orders', role: 'order', maxConnections: 2 };
  const { log } = recordedLog();
  const opening = openPool({
    store,
    password: 'x',
    applicationName: 'test',
    discovery,
    log,
    startTimeoutMs: 60,
  });
  await expect(opening).rejects.toThrow(
    /^cannot open database orders at postgres:5432 as order: .*ECONNREFUSED/,
  );
});

test('fails at once when the server rejects the role', async () => {
  const { address, database, role } = await testStore('kit-pool-refused');
  const { log, lines } = recordedLog();
  const { discovery } = movable(address);
  const store = { address, database, role, maxConnections: 2 };
  const opening = openPool({ store, password: 'wrong-secret', applicationName: 'test', discovery, log });
  await expect(opening).rejects.toThrow('password authentication failed');
  expect(JSON.stringify(lines)).not.toContain('wrong-secret');
});
