import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { itemsOf, type ProductHarness, reservation, startProduct } from './product-harness.ts';

let shop: ProductHarness;
beforeAll(async () => {
  shop = await startProduct('reserve');
});
afterAll(() => shop.stop());

describe('Reserve', () => {
  test('takes the units from the stock, and returns the total', async () => {
    const [cup, pot] = [await shop.make(5), await shop.make(7)];
    const request = reservation({ items: [...itemsOf(pot, 2), ...itemsOf(cup, 3)] });
    const answer = await shop.client.reserve(request);
    expect(answer.orderId).toBe(request.orderId);
    expect(answer.total).toEqual({ amount: 5_000, currency: 'EUR' });
    expect(answer.items.map((item) => [item.productId, item.quantity])).toEqual([
      [pot, 2],
      [cup, 3],
    ]);
    expect([await shop.stock(cup), await shop.stock(pot)]).toEqual([2, 5]);
  });

  test('adds up the quantities of a product that is listed twice', async () => {
    const cup = await shop.make(5);
    const answer = await shop.client.reserve(
      reservation({ items: [...itemsOf(cup), ...itemsOf(cup.toUpperCase(), 2)] }),
    );
    expect(answer.items.map((item) => item.quantity)).toEqual([3]);
    expect(await shop.stock(cup)).toBe(2);
  });

  test('reserves nothing at another total than the expected one, and leaves the key free', async () => {
    const [cup, pot] = [await shop.make(5), await shop.make(7)];
    const items = [...itemsOf(pot, 2), ...itemsOf(cup)];
    for (const expectedTotal of [
      { amount: 2_999, currency: 'EUR' },
      { amount: 3_001, currency: 'EUR' },
      { amount: 3_000, currency: 'JPY' },
    ]) {
      const request = reservation({ items });
      await expect(shop.client.reserve({ ...request, expectedTotal })).rejects.toMatchObject({
        code: 'price-changed',
        metadata: { total: '3000 EUR (minor units)' },
      });
      expect([await shop.stock(cup), await shop.stock(pot)]).toEqual([5, 7]);
      const answer = await shop.client.reserve({
        ...request,
        expectedTotal: { amount: 3_000, currency: 'EUR' },
      });
      await shop.client.release({ orderId: answer.orderId });
    }
  });

  test('returns an earlier reservation of a key only if it has the expected total', async () => {
    const cup = await shop.make(5);
    const request = reservation({ items: itemsOf(cup) });
    await shop.client.reserve(request);
    await shop.pool.query('UPDATE product SET price_amount = 1250 WHERE id = $1', [cup]);
    const expecting = (amount: number) =>
      shop.client.reserve({ ...request, expectedTotal: { amount, currency: 'EUR' } });
    expect((await expecting(1_000)).total).toEqual({ amount: 1_000, currency: 'EUR' });
    await expect(expecting(1_250)).rejects.toMatchObject({ code: 'price-changed' });
    expect(await shop.stock(cup)).toBe(4);
  });

  test('decides each expected total of a batch by itself', async () => {
    const cup = await shop.make(100);
    const amounts = [1_000, 999, 1_000, 1_001, 1_000, undefined];
    const answers = await Promise.allSettled(
      amounts.map((amount) =>
        shop.client.reserve({
          ...reservation({ items: itemsOf(cup) }),
          ...(amount !== undefined && { expectedTotal: { amount, currency: 'EUR' } }),
        }),
      ),
    );
    expect(answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : ''))).toEqual([
      '',
      'price-changed',
      '',
      'price-changed',
      '',
      '',
    ]);
    expect(await shop.stock(cup)).toBe(96);
  });

  test('of 64 buyers of the last unit one gets it, in each of 20 rounds', async () => {
    for (let round = 0; round < 20; round++) {
      const cup = await shop.make(1);
      const buyers = Array.from({ length: 64 }, () =>
        shop.client.reserve(reservation({ items: itemsOf(cup) })),
      );
      const answers = await Promise.allSettled(buyers);
      const refusals = answers.filter((answer) => answer.status === 'rejected');
      expect(answers.length - refusals.length).toBe(1);
      for (const { reason } of refusals) {
        expect(reason).toMatchObject({
          code: 'out-of-stock',
          metadata: { product: cup, requested: '1', available: '0' },
        });
      }
      expect(await shop.stock(cup)).toBe(0);
    }
  });

  test('rejects an order that exceeds the stock without affecting the others of its batch', async () => {
    const [cup, rare, yen] = [await shop.make(100), await shop.make(2), await shop.make(5, 'JPY')];
    const request = [
      itemsOf(cup, 2),
      [...itemsOf(cup), ...itemsOf(rare, 3)],
      itemsOf(cup, 3),
      [...itemsOf(rare), ...itemsOf(cup)],
      [...itemsOf(cup), ...itemsOf(yen)],
      [...itemsOf(cup), ...itemsOf(uuidv7())],
      itemsOf(cup, 4),
    ];
    const answers = await Promise.allSettled(
      request.map((items) => shop.client.reserve(reservation({ items }))),
    );
    const refusals = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : ''));
    expect(refusals).toEqual(['', 'out-of-stock', '', '', 'currency-mismatch', 'unknown-product', '']);
    expect([await shop.stock(cup), await shop.stock(rare), await shop.stock(yen)]).toEqual([90, 1, 5]);
  });

  test('creates one of two orders with the same key in a batch, and rejects the other', async () => {
    const [cup, pot] = [await shop.make(5), await shop.make(5)];
    const { customerId, idempotencyKey } = reservation({});
    const request = [itemsOf(cup), itemsOf(pot)].map((items) =>
      reservation({ customerId, idempotencyKey, items }),
    );
    const answers = await Promise.allSettled(request.map((each) => shop.client.reserve(each)));
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'idempotency-key-reused' },
    });
    expect((await shop.stock(cup)) + (await shop.stock(pot))).toBe(9);
  });

  test('makes one reservation for 100 concurrent requests with one key, even if the stock suffices for one only', async () => {
    for (const stock of [2, 1_000]) {
      const [cup, pot] = [await shop.make(stock), await shop.make(stock)];
      const request = reservation({ items: [...itemsOf(cup, 2), ...itemsOf(pot)] });
      const twins = Array.from({ length: 100 }, () => shop.client.reserve({ ...request, orderId: uuidv7() }));
      const answers = new Set((await Promise.all(twins)).map((answer) => JSON.stringify(answer)));
      expect(answers.size).toBe(1);
      expect([await shop.stock(cup), await shop.stock(pot)]).toEqual([stock - 2, stock - 1]);
    }
  });

  test('concurrent baskets that list products in opposite order neither deadlock nor oversell', async () => {
    const ids = await Promise.all([shop.make(40), shop.make(40), shop.make(40)]);
    const buyers = Array.from({ length: 120 }, async (_, index) => {
      const items = (index % 2 ? ids : ids.toReversed())
        .filter((_id, at) => at !== index % 3)
        .flatMap((id) => itemsOf(id));
      const request = reservation({ items });
      const answer = await shop.client.reserve(request);
      if (index % 4 === 0) await shop.client.release({ orderId: answer.orderId });
      return items;
    });
    const answers = await Promise.allSettled(buyers);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'out-of-stock' });
    }
    const { rows } = await shop.pool.query<{ product_id: string; sold: number }>(
      `SELECT product_id, sum(quantity)::int AS sold FROM reservation_line JOIN reservation USING (order_id)
       WHERE state = 'open' AND product_id = ANY ($1) GROUP BY product_id`,
      [ids],
    );
    for (const { product_id, sold } of rows) expect(sold + (await shop.stock(product_id))).toBe(40);
  });

  test('rejects a reused key with other items', async () => {
    const cup = await shop.make(5);
    const request = reservation({ items: itemsOf(cup) });
    await shop.client.reserve(request);
    for (const items of [
      itemsOf(cup, 2),
      itemsOf(await shop.make(1)),
      [...itemsOf(cup), ...itemsOf(await shop.make(1))],
    ]) {
      await expect(shop.client.reserve({ ...request, orderId: uuidv7(), items })).rejects.toMatchObject({
        code: 'idempotency-key-reused',
      });
    }
    expect(await shop.stock(cup)).toBe(4);
  });

  test('takes no stock if one item is rejected, and leaves the key unused', async () => {
    const [cup, pot, yen] = [await shop.make(5), await shop.make(0), await shop.make(5, 'JPY')];
    const unknown = uuidv7();
    const refusals = [
      {
        items: [...itemsOf(cup), ...itemsOf(pot, 2)],
        error: { code: 'out-of-stock', metadata: { product: pot } },
      },
      {
        items: [...itemsOf(cup), ...itemsOf(unknown)],
        error: { code: 'unknown-product', metadata: { product: unknown } },
      },
      {
        items: [...itemsOf(cup), ...itemsOf(yen)],
        error: { code: 'currency-mismatch', metadata: { currencies: 'EUR, JPY' } },
      },
      { items: [...itemsOf(cup), ...itemsOf(cup, 0)], error: { code: 'invalid-request' } },
      { items: [...itemsOf(cup, 5), ...itemsOf(cup, -4)], error: { code: 'invalid-request' } },
      { items: [...itemsOf(cup, 600), ...itemsOf(cup, 600)], error: { code: 'invalid-request' } },
      { items: itemsOf("' OR 1=1 --"), error: { code: 'invalid-request' } },
      { items: [], error: { code: 'invalid-request' } },
    ];
    const request = reservation({});
    for (const { items, error } of refusals) {
      await expect(shop.client.reserve({ ...request, items })).rejects.toMatchObject(error);
    }
    expect([await shop.stock(cup), await shop.stock(yen)]).toEqual([5, 5]);
    await shop.client.reserve({ ...request, items: itemsOf(cup) });
    expect(await shop.stock(cup)).toBe(4);
  });

  test('rejects a total that a double cannot represent', async () => {
    const { product } = await shop.client.createProduct({
      product: {
        name: 'Ship',
        description: '',
        price: { amount: 1_000_000_000_000, currency: 'EUR' },
        stock: 100_000,
      },
    });
    const items = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const made = await shop.client.createProduct({ product: product && { ...product, name: 'Ship' } });
        return { productId: made.product?.id ?? '', quantity: 1_000 };
      }),
    );
    await expect(shop.client.reserve(reservation({ items }))).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });
});
