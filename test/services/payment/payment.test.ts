import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { uuidv7 } from '../../../services/kit/uuidv7.ts';
import { migrations } from '../../../services/payment/migrations.ts';
import { paymentService } from '../../../services/payment/payment-service.ts';
import { Payments } from '../../../services/payment/payments.ts';
import { TestProvider } from '../../../services/payment/test-provider.ts';
import { PaymentServiceDefinition } from '../../../services/proto/gen/weft/payment/v1/payment.ts';
import { type Served, serve } from '../serve.ts';
import { testPool } from '../test-pool.ts';

let pool: pg.Pool;
let served: Served<PaymentServiceDefinition>;
/** One whose `tok_slow` answers after every deadline. */
const SLOW_MS = 60_000;

beforeAll(async () => {
  pool = await testPool('payment', migrations);
  const provider = new TestProvider(pool, SLOW_MS);
  served = await serve(PaymentServiceDefinition, paymentService(new Payments(pool), provider));
});
afterAll(async () => {
  await served.close();
  await pool.end();
});

const amount = { amount: 2_490, currency: 'EUR' };

/** Minor units that the provider keeps of an order. */
async function kept(orderId: string): Promise<number> {
  const { rows } = await pool.query<{ kept: number }>(
    `SELECT coalesce(sum(amount), 0)::int AS kept FROM provider_charge
     WHERE idempotency_key = $1 AND outcome = 'captured'`,
    [orderId],
  );
  return rows[0]?.kept ?? -1;
}

describe('a charge', () => {
  test.each([
    ['tok_ok', 'captured', 2_490],
    ['tok_twice', 'captured', 2_490],
    ['tok_declined', 'declined', 0],
    ['tok_nobody_knows', 'declined', 0],
    ["'; DROP TABLE payment; --", 'declined', 0],
    ['__proto__', 'declined', 0],
  ])('with %s is %s', async (token, status, money) => {
    const orderId = uuidv7();
    const { payment } = await served.client.charge({ orderId, amount, token });
    expect(payment).toMatchObject({ orderId, status, amount });
    expect(await served.client.charge({ orderId, amount, token })).toEqual({ payment });
    expect(await served.client.getPayment({ orderId })).toEqual({ payment });
    expect(await kept(orderId)).toBe(money);
  });

  test('of 100 twins is captured once', async () => {
    for (const token of ['tok_ok', 'tok_twice']) {
      const orderId = uuidv7();
      const twins = Array.from({ length: 100 }, () => served.client.charge({ orderId, amount, token }));
      const answers = new Set((await Promise.all(twins)).map(({ payment }) => payment?.id));
      expect(answers.size).toBe(1);
      const { rows } = await pool.query('SELECT status FROM payment WHERE order_id = $1', [orderId]);
      expect(rows).toEqual([{ status: 'captured' }]);
      expect(await kept(orderId)).toBe(2_490);
    }
  });

  test('with tok_slow has an open outcome at its deadline, which a repeat finds', async () => {
    const orderId = uuidv7();
    const asked = { orderId, amount, token: 'tok_slow' };
    await expect(served.client.charge(asked, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'deadline-exceeded',
    });
    expect((await served.client.getPayment({ orderId })).payment?.status).toBe('authorizing');
    expect((await served.client.charge(asked)).payment?.status).toBe('captured');
    expect(await kept(orderId)).toBe(2_490);
  });

  test('is refused with another amount or token than the first', async () => {
    const orderId = uuidv7();
    await served.client.charge({ orderId, amount, token: 'tok_ok' });
    for (const other of [
      { orderId, amount: { ...amount, amount: 1 }, token: 'tok_ok' },
      { orderId, amount: { ...amount, currency: 'CHF' }, token: 'tok_ok' },
      { orderId, amount, token: 'tok_twice' },
    ]) {
      await expect(served.client.charge(other)).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    }
    expect(await kept(orderId)).toBe(2_490);
  });

  test.each([
    { orderId: 'x', amount, token: 'tok_ok' },
    { orderId: uuidv7(), amount: undefined, token: 'tok_ok' },
    { orderId: uuidv7(), amount: { amount: -1, currency: 'EUR' }, token: 'tok_ok' },
    { orderId: uuidv7(), amount: { amount: 1, currency: "'--" }, token: 'tok_ok' },
    { orderId: uuidv7(), amount, token: '' },
    { orderId: uuidv7(), amount, token: 'tok\0' },
  ])('%j is refused', async (wrong) => {
    await expect(served.client.charge(wrong)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('a cancellation', () => {
  test('gives back what was captured, once', async () => {
    const orderId = uuidv7();
    await served.client.charge({ orderId, amount, token: 'tok_ok' });
    const answers = await Promise.all(Array.from({ length: 16 }, () => served.client.cancel({ orderId })));
    expect(new Set(answers.map(({ payment }) => payment?.status))).toEqual(new Set(['refunded']));
    expect(await kept(orderId)).toBe(0);
  });

  test('keeps a later charge from taking money', async () => {
    const orderId = uuidv7();
    expect((await served.client.cancel({ orderId })).payment).toMatchObject({
      status: 'refunded',
      amount: undefined,
    });
    const { payment } = await served.client.charge({ orderId, amount, token: 'tok_ok' });
    expect(payment?.status).toBe('refunded');
    expect(await kept(orderId)).toBe(0);
  });

  test('of a declined payment changes nothing', async () => {
    const orderId = uuidv7();
    await served.client.charge({ orderId, amount, token: 'tok_declined' });
    expect((await served.client.cancel({ orderId })).payment?.status).toBe('declined');
  });

  test('of a payment whose outcome is open keeps no money', async () => {
    const orderId = uuidv7();
    const asked = { orderId, amount, token: 'tok_slow' };
    await expect(served.client.charge(asked, { timeoutMs: 300 })).rejects.toThrow();
    expect((await served.client.cancel({ orderId })).payment?.status).toBe('refunded');
    expect((await served.client.charge(asked)).payment?.status).toBe('refunded');
    expect(await kept(orderId)).toBe(0);
  });

  test('at the same moment as its charge keeps no money', async () => {
    for (let round = 0; round < 40; round++) {
      const orderId = uuidv7();
      const [charged] = await Promise.all([
        served.client.charge({ orderId, amount, token: round % 2 ? 'tok_ok' : 'tok_twice' }),
        served.client.cancel({ orderId }),
      ]);
      expect(await kept(orderId)).toBe(0);
      const { payment } = await served.client.getPayment({ orderId });
      expect(['refunded', 'declined']).toContain(payment?.status);
      expect(charged.payment?.id).toBe(payment?.id);
    }
  });
});

test('tells which tokens the provider knows', async () => {
  await expect(served.client.checkToken({ token: 'tok_ok' })).resolves.toEqual({});
  for (const token of ['tok_other', '', 'toString', "' OR 1=1 --"]) {
    await expect(served.client.checkToken({ token })).rejects.toMatchObject({
      code: 'unknown-payment-token',
      metadata: { token },
    });
  }
});

test('answers no payment where there is none', async () => {
  for (const orderId of [uuidv7(), "' OR 1=1 --"]) {
    await expect(served.client.getPayment({ orderId })).rejects.toMatchObject({ code: 'not-found' });
  }
});

test('the database itself refuses every other change of status', async () => {
  const statuses = ['authorizing', 'captured', 'declined', 'refunded'] as const;
  const allowed = new Set([
    'authorizing captured',
    'authorizing declined',
    'authorizing refunded',
    'captured refunded',
  ]);
  for (const from of statuses) {
    for (const to of statuses.filter((status) => status !== from)) {
      const id = uuidv7();
      await pool.query(
        `INSERT INTO payment (id, order_id, status, amount, currency, token) VALUES ($1, $1, $2, 1, 'EUR', 't')`,
        [id, from],
      );
      const change = pool.query('UPDATE payment SET status = $2 WHERE id = $1', [id, to]);
      if (allowed.has(`${from} ${to}`)) await change;
      else await expect(change).rejects.toThrow(`it cannot become ${to}`);
    }
  }
});
