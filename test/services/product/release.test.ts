import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { itemsOf, type ProductHarness, reservation, startProduct } from './product-harness.ts';

let shop: ProductHarness;
beforeAll(async () => {
  shop = await startProduct('release');
});
afterAll(() => shop.stop());

describe('Release', () => {
  test('returns the units to the stock once for concurrent requests', async () => {
    const cup = await shop.make(3);
    const request = reservation({ items: itemsOf(cup, 2) });
    await shop.client.reserve(request);
    await Promise.all(Array.from({ length: 32 }, () => shop.client.release({ orderId: request.orderId })));
    expect(await shop.stock(cup)).toBe(3);
  });

  test('prevents a later Reserve of the same order', async () => {
    const cup = await shop.make(1);
    const request = reservation({ items: itemsOf(cup) });
    await shop.client.release({ orderId: request.orderId });
    await expect(shop.client.reserve(request)).rejects.toMatchObject({ code: 'invalid-state' });
    expect(await shop.stock(cup)).toBe(1);
  });

  test('leaves the stock unchanged when it runs concurrently with Reserve', async () => {
    for (let round = 0; round < 30; round++) {
      const cup = await shop.make(1);
      const request = reservation({ items: itemsOf(cup) });
      await Promise.allSettled([
        shop.client.reserve(request),
        shop.client.release({ orderId: request.orderId }),
      ]);
      expect(await shop.stock(cup)).toBe(1);
    }
  });

  test('locks products before the reservation, as Reserve does, to prevent a deadlock', async () => {
    const cup = await shop.make(1);
    const request = reservation({ items: itemsOf(cup) });
    await shop.client.reserve(request);
    const other = await shop.pool.connect();
    try {
      await other.query('BEGIN');
      await other.query('SELECT FROM product WHERE id = $1 FOR UPDATE', [cup]);
      const released = shop.client.release({ orderId: request.orderId });
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while (!(await shop.pool.query(waiting)).rowCount);
      await other.query('SELECT FROM reservation WHERE order_id = $1 FOR UPDATE NOWAIT', [request.orderId]);
      await other.query('COMMIT');
      await released;
    } finally {
      other.release();
    }
    expect(await shop.stock(cup)).toBe(1);
  });

  test('rejects a settled reservation, and Settle rejects a released one', async () => {
    const cup = await shop.make(5);
    const [sold, returned] = [reservation({ items: itemsOf(cup) }), reservation({ items: itemsOf(cup) })];
    await shop.client.reserve(sold);
    await shop.client.reserve(returned);
    await shop.client.settle({ orderId: sold.orderId });
    await shop.client.settle({ orderId: sold.orderId });
    await shop.client.release({ orderId: returned.orderId });
    await expect(shop.client.release({ orderId: sold.orderId })).rejects.toMatchObject({
      code: 'invalid-state',
    });
    await expect(shop.client.settle({ orderId: returned.orderId })).rejects.toMatchObject({
      code: 'invalid-state',
    });
    await expect(shop.client.settle({ orderId: uuidv7() })).rejects.toMatchObject({ code: 'not-found' });
    expect(await shop.stock(cup)).toBe(4);
  });
});

test('SettleAll returns all settled reservations, and skips unknown and released ones', async () => {
  const cup = await shop.make(5);
  const [open, sold, returned] = [1, 2, 3].map(() => reservation({ items: itemsOf(cup) }));
  if (!open || !sold || !returned) throw new Error('expected three requests');
  for (const request of [open, sold, returned]) await shop.client.reserve(request);
  await shop.client.settle({ orderId: sold.orderId });
  await shop.client.release({ orderId: returned.orderId });
  const orderIds = [returned, sold, open].map(({ orderId }) => orderId);
  const answer = await shop.client.settleAll({ orderIds: [uuidv7(), ...orderIds] });
  expect(new Set(answer.orderIds)).toEqual(new Set([open.orderId, sold.orderId]));
  await expect(shop.client.release({ orderId: open.orderId })).rejects.toMatchObject({
    code: 'invalid-state',
  });
  await expect(shop.client.settleAll({ orderIds: ['7'] })).rejects.toMatchObject({
    code: 'invalid-request',
  });
});

test('the database rejects negative stock and the reopening of a settled reservation', async () => {
  const cup = await shop.make(1);
  const request = reservation({ items: itemsOf(cup) });
  await shop.client.reserve(request);
  await shop.client.settle({ orderId: request.orderId });
  await expect(shop.pool.query('UPDATE product SET stock = -1 WHERE id = $1', [cup])).rejects.toThrow(
    'check',
  );
  await expect(
    shop.pool.query(`UPDATE reservation SET state = 'open' WHERE order_id = $1`, [request.orderId]),
  ).rejects.toThrow('it cannot become open');
});
