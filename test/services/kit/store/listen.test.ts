import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { listen } from '../../../../services/kit/store/listen.ts';
import { testStore } from '../../../postgres.ts';
import { eventually } from '../../../until.ts';

let pool: pg.Pool;

beforeAll(async () => {
  const { connectionString } = await testStore('kit-listen');
  pool = new pg.Pool({ connectionString });
});
afterAll(() => pool.end());

test('delivers notifications, reconnects after a lost connection and reports the reconnect', async () => {
  const payloads: (string | undefined)[] = [];
  const listener = listen(pool, 'stock changes', (payload) => payloads.push(payload));
  await listener.start();
  expect(payloads).toEqual([undefined]);
  await pool.query(`SELECT pg_notify('stock changes', 'a')`);
  await eventually(() => payloads.length === 2);
  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`,
  );
  await eventually(() => payloads.length === 3);
  await pool.query(`SELECT pg_notify('stock changes', 'b')`);
  await eventually(() => payloads.length === 4);
  expect(payloads).toEqual([undefined, 'a', undefined, 'b']);
  await listener.stop();
});

test('stops while the server does not respond', async () => {
  const nowhere = new pg.Pool({ host: '127.0.0.1', port: 1 });
  const listener = listen(nowhere, 'c', () => {});
  await listener.start();
  await listener.stop();
  await nowhere.end();
});
