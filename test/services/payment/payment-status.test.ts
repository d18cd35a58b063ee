import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { migrations } from '../../../services/payment/migrations.ts';
import { canBecome, type PaymentStatus, STATUSES } from '../../../services/payment/payment-status.ts';
import { Payments } from '../../../services/payment/payments.ts';
import { testPool } from '../test-pool.ts';

let pool: pg.Pool;
beforeAll(async () => {
  pool = await testPool('payment-status', migrations);
});
afterAll(() => pool.end());

const pairs = STATUSES.flatMap((from) =>
  STATUSES.filter((status) => status !== from).map((to) => [from, to, canBecome(from, to)] as const),
);

async function paymentThatIs(status: PaymentStatus): Promise<string> {
  const id = uuidv7();
  await pool.query(
    `INSERT INTO payment (id, order_id, status, amount, currency, token) VALUES ($1, $1, $2, 1, 'EUR', 't')`,
    [id, status],
  );
  return id;
}

test('13 of the 30 possible status changes are allowed', () => {
  expect(pairs).toHaveLength(30);
  expect(pairs.filter(([, , allowed]) => allowed)).toHaveLength(13);
});

test.each(pairs)('the database allows a change from %s to %s: %s', async (from, to, allowed) => {
  const id = await paymentThatIs(from);
  const change = pool.query('UPDATE payment SET status = $2 WHERE id = $1', [id, to]);
  if (allowed) await change;
  else await expect(change).rejects.toThrow(`it cannot become ${to}`);
});

test.each(pairs)(
  'a payment with status %s changes to the reported status %s: %s',
  async (from, to, allowed) => {
    if (to === 'authorizing') return;
    const id = await paymentThatIs(from);
    const payments = new Payments(pool);
    for (let times = 0; times < 2; times++)
      expect((await payments.record(id, to)).status).toBe(allowed ? to : from);
  },
);

test('the database accepts only these statuses, and a missing amount only for a cancelled payment', async () => {
  await expect(paymentThatIs('lost' as PaymentStatus)).rejects.toThrow('payment_status_check');
  for (const status of STATUSES) {
    const id = uuidv7();
    const bare = pool.query('INSERT INTO payment (id, order_id, status) VALUES ($1, $1, $2)', [id, status]);
    if (status === 'voided' || status === 'refunded') await bare;
    else await expect(bare).rejects.toThrow('payment_check');
  }
});
