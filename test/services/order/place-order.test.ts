import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { type OrderHarness, placing, startOrder } from './order-harness.ts';

let shop: OrderHarness;
beforeAll(async () => {
  shop = await startOrder('place');
  await shop.startSaga();
});
afterAll(() => shop.stop());

const one = (productId: string, quantity = 1) => [{ productId, quantity }];

async function count(table: 'orders' | 'order_line' | 'outbox'): Promise<number> {
  const { rows } = await shop.pool.query<{ count: number }>(`SELECT count(*)::int FROM ${table}`);
  return rows[0]?.count ?? -1;
}

describe('placing an order', () => {
  test('returns the order as pending with its price, and processes it to its end', async () => {
    const [cup, pot] = [await shop.product.make(5), await shop.product.make(5)];
    const request = placing({ items: [...one(cup, 2), ...one(pot)] });
    const { order } = await shop.client.placeOrder(request);
    expect(order).toMatchObject({
      customerId: request.customerId,
      status: 'pending',
      reason: '',
      total: { amount: 3_000, currency: 'EUR' },
      items: [
        { productId: cup, quantity: 2, name: 'Cup', unitPrice: { amount: 1_000, currency: 'EUR' } },
        { productId: pot, quantity: 1 },
      ],
    });
    const ended = await shop.ended(order);
    expect(ended).toEqual({ ...order, status: 'confirmed' });
    expect(await shop.client.getOrder({ id: ended.id, customerId: ended.customerId })).toEqual({
      order: ended,
    });
    expect(await shop.events(ended.id)).toEqual(['placed', 'confirmed']);
    expect(await shop.heldAmount(ended.id)).toBe(3_000);
    expect([await shop.product.stock(cup), await shop.product.stock(pot)]).toEqual([3, 4]);
  });

  test('at another total than the expected one is refused before anything is reserved or charged', async () => {
    const cup = await shop.product.make(5);
    const request = placing({ items: one(cup, 2), expectedTotal: { amount: 1_999, currency: 'EUR' } });
    await expect(shop.client.placeOrder(request)).rejects.toMatchObject({ code: 'price-changed' });
    expect(await shop.product.stock(cup)).toBe(5);
    const { rows } = await shop.pool.query('SELECT FROM orders WHERE customer_id = $1', [request.customerId]);
    expect(rows).toEqual([]);
    const accepted = { ...request, expectedTotal: { amount: 2_000, currency: 'EUR' } };
    const { order } = await shop.client.placeOrder(accepted);
    expect(order?.total).toEqual({ amount: 2_000, currency: 'EUR' });
    await shop.product.pool.query('UPDATE product SET price_amount = 1 WHERE id = $1', [cup]);
    expect((await shop.client.placeOrder(accepted)).order?.id).toBe(order?.id);
    await expect(shop.client.placeOrder(request)).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    expect((await shop.ended(order)).status).toBe('confirmed');
  });

  test('100 times concurrently with one key makes one order and one payment', async () => {
    const cup = await shop.product.make(1);
    const request = placing({ items: one(cup), paymentToken: 'tok_twice' });
    const twins = await Promise.all(Array.from({ length: 100 }, () => shop.client.placeOrder(request)));
    const ids = new Set(twins.map(({ order }) => order?.id));
    expect(ids.size).toBe(1);
    const ended = await shop.ended(twins[0]?.order);
    expect(ended.status).toBe('confirmed');
    const { rows } = await shop.pool.query('SELECT id FROM orders WHERE customer_id = $1', [
      request.customerId,
    ]);
    expect(rows).toEqual([{ id: ended.id }]);
    const payments = await shop.paymentPool.query('SELECT status FROM payment WHERE order_id = ANY ($1)', [
      [...ids],
    ]);
    expect(payments.rows).toEqual([{ status: 'captured' }]);
    expect(await shop.heldAmount(ended.id)).toBe(1_000);
    expect(await shop.events(ended.id)).toEqual(['placed', 'confirmed']);
    // A repeat after the end still answers the order as it was placed.
    const { order } = await shop.client.placeOrder(request);
    expect(order).toEqual(twins[0]?.order);
    expect(order?.status).toBe('pending');
  });

  test('by 64 buyers of the last unit confirms one order, in each of 5 rounds', async () => {
    for (let round = 0; round < 5; round++) {
      const cup = await shop.product.make(1);
      const answers = await Promise.allSettled(
        Array.from({ length: 64 }, () => shop.client.placeOrder(placing({ items: one(cup) }))),
      );
      const placed = answers.filter((answer) => answer.status === 'fulfilled');
      expect(placed).toHaveLength(1);
      for (const answer of answers) {
        if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'out-of-stock' });
      }
      expect((await shop.ended(placed[0]?.value.order)).status).toBe('confirmed');
    }
  });

  test('is rejected for a reused key', async () => {
    const cup = await shop.product.make(5);
    const request = placing({ items: one(cup) });
    const { order } = await shop.client.placeOrder(request);
    for (const other of [{ items: one(cup, 2) }, { paymentToken: 'tok_declined' }, { items: [] }]) {
      await expect(shop.client.placeOrder({ ...request, ...other })).rejects.toMatchObject({
        code: 'idempotency-key-reused',
      });
    }
    const { order: others } = await shop.client.placeOrder({ ...request, customerId: uuidv7() });
    expect(others?.id).not.toBe(order?.id);
    await Promise.all([shop.ended(order), shop.ended(others)]);
    expect(await shop.product.stock(cup)).toBe(3);
  });

  test('stores nothing when it is rejected, and leaves its key unused', async () => {
    const [cup, pot] = [await shop.product.make(5), await shop.product.make(0)];
    const before = [await count('orders'), await count('order_line'), await count('outbox')];
    const request = placing({ items: one(cup) });
    const sql = "'; DROP TABLE orders; --";
    const invalidRequests = [
      [{ items: [...one(cup), ...one(pot)] }, 'out-of-stock'],
      [{ items: one(uuidv7()) }, 'unknown-product'],
      [{ items: [...one(cup), ...one(await shop.product.make(1, 'CHF'))] }, 'currency-mismatch'],
      [{ items: one(cup, -1) }, 'invalid-request'],
      [{ items: one(cup, 2_147_483_647) }, 'invalid-request'],
      [{ items: one(sql) }, 'invalid-request'],
      [{ items: [] }, 'invalid-request'],
      [{ paymentToken: 'tok_unknown' }, 'unknown-payment-token'],
      [{ paymentToken: sql }, 'unknown-payment-token'],
      [{ paymentToken: '' }, 'invalid-request'],
      [{ customerId: sql }, 'invalid-request'],
      [{ idempotencyKey: '' }, 'invalid-request'],
      [{ idempotencyKey: 'k'.repeat(256) }, 'invalid-request'],
      [{ idempotencyKey: 'k\0' }, 'invalid-request'],
    ] as const;
    for (const [wrong, code] of invalidRequests) {
      await expect(shop.client.placeOrder({ ...request, ...wrong })).rejects.toMatchObject({ code });
    }
    expect([await count('orders'), await count('order_line'), await count('outbox')]).toEqual(before);
    expect(await shop.product.stock(cup)).toBe(5);
    const { order } = await shop.client.placeOrder(request);
    expect((await shop.ended(order)).status).toBe('confirmed');
  });

  test('treats SQL in its key as text', async () => {
    const request = placing({
      items: one(await shop.product.make(2)),
      idempotencyKey: "'); DELETE FROM orders; --",
    });
    const { order } = await shop.client.placeOrder(request);
    expect((await shop.client.placeOrder(request)).order).toEqual(order);
    await shop.ended(order);
  });
});

describe('orders', () => {
  test('of another customer are not found', async () => {
    const { order } = await shop.client.placeOrder(placing({ items: one(await shop.product.make(1)) }));
    const id = order?.id ?? '';
    const others = [
      { id, customerId: uuidv7() },
      { id, customerId: "' OR 1=1 --" },
      { id: uuidv7(), customerId: order?.customerId ?? '' },
      { id: "' OR 1=1 --", customerId: order?.customerId ?? '' },
    ];
    for (const other of others) {
      await expect(shop.client.getOrder(other)).rejects.toMatchObject({ code: 'not-found' });
      const watch = shop.client.watchOrder(other)[Symbol.asyncIterator]();
      await expect(watch.next()).rejects.toMatchObject({ code: 'not-found' });
    }
    const list = await shop.client.listOrders({ customerId: uuidv7(), limit: 0, cursor: '' });
    expect(list).toEqual({ items: [], nextCursor: '' });
    await shop.ended(order);
  });

  test('are listed newest first, in pages', async () => {
    const customerId = uuidv7();
    const cup = await shop.product.make(10);
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      const { order } = await shop.client.placeOrder(placing({ customerId, items: one(cup) }));
      ids.unshift((await shop.ended(order)).id);
    }
    const listedIds: string[] = [];
    let cursor = '';
    do {
      const page = await shop.client.listOrders({ customerId, limit: 2, cursor });
      listedIds.push(...page.items.map((order) => order.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(listedIds).toEqual(ids);
    for (const wrong of [{ limit: 101 }, { limit: -1 }, { cursor: 'x' }, { customerId: "'" }]) {
      await expect(
        shop.client.listOrders({ customerId, limit: 0, cursor: '', ...wrong }),
      ).rejects.toMatchObject({
        code: 'invalid-request',
      });
    }
  });
});
