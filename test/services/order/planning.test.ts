import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { outboxMigrations } from '../../../services/kit/events/outbox.ts';
import { CLAIM, MOVE } from '../../../services/order/due-orders.ts';
import { BY_KEY } from '../../../services/order/find-orders.ts';
import { INSERT_ORDERS } from '../../../services/order/insert-orders.ts';
import { migrations } from '../../../services/order/migrations.ts';
import { testPool } from '../test-pool.ts';

let pool: pg.Pool;
beforeAll(async () => {
  pool = await testPool('planning', [...outboxMigrations, ...migrations]);
});
afterAll(() => pool.end());

// A plan is kept for as long as its connection: one that reads a whole table is cheap only now.
test.each([
  ['claim', CLAIM],
  ['move', MOVE],
  ['find by key', BY_KEY],
  ['insert', INSERT_ORDERS],
])('%s finds its rows by an index, also when it is planned on empty tables', async (_, text) => {
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${text}`);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).not.toMatch(/Seq Scan on/);
  expect(plan).toMatch(/Index|Function Scan/);
});
