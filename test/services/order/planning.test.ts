import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { outboxMigrations } from '../../../services/kit/events/outbox.ts';
import { CLAIM, MOVE } from '../../../services/order/due-orders.ts';
import { migrations } from '../../../services/order/migrations.ts';
import { testPool } from '../test-pool.ts';

let pool: pg.Pool;
beforeAll(async () => {
  pool = await testPool('planning', [...outboxMigrations, ...migrations]);
});
afterAll(() => pool.end());

// A plan is kept for as long as its connection: one that reads a whole table or index is cheap only now.
test.each([
  ['claim', CLAIM, 'orders_due', 'next_attempt_at <= now()'],
  ['move', MOVE, 'orders_pkey', 'id = requested'],
])(
  '%s finds its rows by an index, also when it is planned on empty tables',
  async (_, text, index, condition) => {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${text}`);
    const plan = rows.map((row) => row['QUERY PLAN']);
    expect(plan.join('\n')).not.toMatch(/Seq Scan|Hash Join|Merge Join/);
    const scan = plan.findIndex((line) => line.includes(`Index Scan using ${index} on orders`));
    expect(plan[scan + 1]).toContain('Index Cond:');
    expect(plan[scan + 1]).toContain(condition);
  },
);
