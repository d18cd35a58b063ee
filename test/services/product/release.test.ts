import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { itemsOf, type ProductHarness, reservation, startProduct } from './product-harness.ts';

let shop: ProductHarness;
beforeAll(async () => {
  shop = await startProduct('release');
});
afterAll(() => shop.stop());

describe('release', () => {
  test('gives the stock back once, however often and at once', async () => {
    const cup = await shop.make(3);
    const request = reservation({ items: itemsOf(cup, 2) });
    await shop.client.reserve(request);
    await Promise.all(Array.from({ length: 32 }, () => shop.client.release({ orderId: request.orderId })));
    expect(await shop.stock(cup)).toBe(3);
  });

  test('before its reservation keeps that from taking stock', async () => {
    const cup = await shop.make(1);
    const request = reservation({ items: itemsOf(cup) });
    await shop.client.release({ orderId: request.orderId });
    await expect(shop.client.reserve(request)).rejects.toMatchObject({ code: 'invalid-state' });
    expect(await shop.stock(cup)).toBe(1);
  });

  test('at the same moment as its reservation leaves the stock as it was', async () => {
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

  test('waits for the products before it holds the reservation, as a repeat of Reserve does', async () => {
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

  test('is refused once the reservation is settled, and the other way round', async () => {
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

test('the database itself refuses stock below zero and a settled reservation that opens again', async () => {
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
