import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { encodeCursor } from '../../../services/kit/store/cursor.ts';
import { MIN_UUID } from '../../../services/kit/store/page.ts';
import { type ProductHarness, reservation, startProduct } from './product-harness.ts';

let shop: ProductHarness;
beforeAll(async () => {
  shop = await startProduct('reserve');
});
afterAll(() => shop.stop());

const one = (productId: string, quantity = 1) => [{ productId, quantity }];

describe('reserve', () => {
  test('takes the stock and answers the price', async () => {
    const [cup, pot] = [await shop.make(5), await shop.make(7)];
    const request = reservation({ items: [...one(pot, 2), ...one(cup, 3)] });
    const answer = await shop.client.reserve(request);
    expect(answer.orderId).toBe(request.orderId);
    expect(answer.total).toEqual({ amount: 5_000, currency: 'EUR' });
    expect(answer.items.map((item) => [item.productId, item.quantity])).toEqual([
      [pot, 2],
      [cup, 3],
    ]);
    expect([await shop.stock(cup), await shop.stock(pot)]).toEqual([2, 5]);
  });

  test('adds up a product that comes twice', async () => {
    const cup = await shop.make(5);
    const answer = await shop.client.reserve(
      reservation({ items: [...one(cup), ...one(cup.toUpperCase(), 2)] }),
    );
    expect(answer.items.map((item) => item.quantity)).toEqual([3]);
    expect(await shop.stock(cup)).toBe(2);
  });

  test('of 64 buyers of the last unit one gets it, in each of 20 rounds', async () => {
    for (let round = 0; round < 20; round++) {
      const cup = await shop.make(1);
      const buyers = Array.from({ length: 64 }, () => shop.client.reserve(reservation({ items: one(cup) })));
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

  test('an order in a batch that asks for too much is refused and takes nothing from the others', async () => {
    const [cup, rare, yen] = [await shop.make(100), await shop.make(2), await shop.make(5, 'JPY')];
    const request = [
      one(cup, 2),
      [...one(cup), ...one(rare, 3)],
      one(cup, 3),
      [...one(rare), ...one(cup)],
      [...one(cup), ...one(yen)],
      [...one(cup), ...one(uuidv7())],
      one(cup, 4),
    ];
    const answers = await Promise.allSettled(
      request.map((items) => shop.client.reserve(reservation({ items }))),
    );
    const refusals = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : ''));
    expect(refusals).toEqual(['', 'out-of-stock', '', '', 'currency-mismatch', 'unknown-product', '']);
    expect([await shop.stock(cup), await shop.stock(rare), await shop.stock(yen)]).toEqual([90, 1, 5]);
  });

  test('of two orders with one key in a batch, one is created and the other refused', async () => {
    const [cup, pot] = [await shop.make(5), await shop.make(5)];
    const { customerId, idempotencyKey } = reservation({});
    const request = [one(cup), one(pot)].map((items) => reservation({ customerId, idempotencyKey, items }));
    const answers = await Promise.allSettled(request.map((each) => shop.client.reserve(each)));
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'idempotency-key-reused' },
    });
    expect((await shop.stock(cup)) + (await shop.stock(pot))).toBe(9);
  });

  test('of 100 twins one reserves and all get its answer, also when the stock is only enough for it', async () => {
    for (const stock of [2, 1_000]) {
      const [cup, pot] = [await shop.make(stock), await shop.make(stock)];
      const request = reservation({ items: [...one(cup, 2), ...one(pot)] });
      const twins = Array.from({ length: 100 }, () => shop.client.reserve({ ...request, orderId: uuidv7() }));
      const answers = new Set((await Promise.all(twins)).map((answer) => JSON.stringify(answer)));
      expect(answers.size).toBe(1);
      expect([await shop.stock(cup), await shop.stock(pot)]).toEqual([stock - 2, stock - 1]);
    }
  });

  test('baskets that overlap in opposite orders never deadlock and sell what there is', async () => {
    const ids = await Promise.all([shop.make(40), shop.make(40), shop.make(40)]);
    const buyers = Array.from({ length: 120 }, async (_, index) => {
      const items = (index % 2 ? ids : ids.toReversed())
        .filter((_id, at) => at !== index % 3)
        .flatMap((id) => one(id));
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

  test('refuses the same key with other items', async () => {
    const cup = await shop.make(5);
    const request = reservation({ items: one(cup) });
    await shop.client.reserve(request);
    for (const items of [one(cup, 2), one(await shop.make(1)), [...one(cup), ...one(await shop.make(1))]]) {
      await expect(shop.client.reserve({ ...request, orderId: uuidv7(), items })).rejects.toMatchObject({
        code: 'idempotency-key-reused',
      });
    }
    expect(await shop.stock(cup)).toBe(4);
  });

  test('may be settled with others: those that can be are', async () => {
    const cup = await shop.make(5);
    const [open, sold, returned] = [1, 2, 3].map(() => reservation({ items: one(cup) }));
    if (!open || !sold || !returned) throw new Error('three were request for');
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

  test('takes nothing when one item is refused, and leaves the key free', async () => {
    const [cup, pot, yen] = [await shop.make(5), await shop.make(0), await shop.make(5, 'JPY')];
    const unknown = uuidv7();
    const refusals = [
      { items: [...one(cup), ...one(pot, 2)], error: { code: 'out-of-stock', metadata: { product: pot } } },
      {
        items: [...one(cup), ...one(unknown)],
        error: { code: 'unknown-product', metadata: { product: unknown } },
      },
      {
        items: [...one(cup), ...one(yen)],
        error: { code: 'currency-mismatch', metadata: { currencies: 'EUR, JPY' } },
      },
      { items: [...one(cup), ...one(cup, 0)], error: { code: 'invalid-request' } },
      { items: [...one(cup, 5), ...one(cup, -4)], error: { code: 'invalid-request' } },
      { items: [...one(cup, 600), ...one(cup, 600)], error: { code: 'invalid-request' } },
      { items: one("' OR 1=1 --"), error: { code: 'invalid-request' } },
      { items: [], error: { code: 'invalid-request' } },
    ];
    const request = reservation({});
    for (const { items, error } of refusals) {
      await expect(shop.client.reserve({ ...request, items })).rejects.toMatchObject(error);
    }
    expect([await shop.stock(cup), await shop.stock(yen)]).toEqual([5, 5]);
    await shop.client.reserve({ ...request, items: one(cup) });
    expect(await shop.stock(cup)).toBe(4);
  });

  test('refuses a total that a double could not hold', async () => {
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

describe('release', () => {
  test('gives the stock back once, however often and at once', async () => {
    const cup = await shop.make(3);
    const request = reservation({ items: one(cup, 2) });
    await shop.client.reserve(request);
    await Promise.all(Array.from({ length: 32 }, () => shop.client.release({ orderId: request.orderId })));
    expect(await shop.stock(cup)).toBe(3);
  });

  test('before its reservation keeps that from taking stock', async () => {
    const cup = await shop.make(1);
    const request = reservation({ items: one(cup) });
    await shop.client.release({ orderId: request.orderId });
    await expect(shop.client.reserve(request)).rejects.toMatchObject({ code: 'invalid-state' });
    expect(await shop.stock(cup)).toBe(1);
  });

  test('at the same moment as its reservation leaves the stock as it was', async () => {
    for (let round = 0; round < 30; round++) {
      const cup = await shop.make(1);
      const request = reservation({ items: one(cup) });
      await Promise.allSettled([
        shop.client.reserve(request),
        shop.client.release({ orderId: request.orderId }),
      ]);
      expect(await shop.stock(cup)).toBe(1);
    }
  });

  test('waits for the products before it holds the reservation, as a repeat of Reserve does', async () => {
    const cup = await shop.make(1);
    const request = reservation({ items: one(cup) });
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
    const [sold, returned] = [reservation({ items: one(cup) }), reservation({ items: one(cup) })];
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

test('open reservations come in pages, oldest first', async () => {
  const cup = await shop.make(10);
  const made = Array.from({ length: 5 }, () => reservation({ items: one(cup) }));
  for (const request of made) await shop.client.reserve(request);
  await shop.client.settle({ orderId: made[1]?.orderId ?? '' });
  const orderIds: string[] = [];
  let cursor = '';
  do {
    const page = await shop.client.listOpenReservations({ minAgeMs: 0, limit: 2, cursor });
    orderIds.push(...page.reservations.map((open) => open.orderId));
    cursor = page.nextCursor;
  } while (cursor);
  const ours = new Set(made.map((request) => request.orderId));
  expect(orderIds.filter((id) => ours.has(id))).toEqual(
    made.filter((_, at) => at !== 1).map((request) => request.orderId),
  );
  const before = await shop.client.listOpenReservations({
    minAgeMs: 3_600_000,
    limit: 10,
    cursor: '',
  });
  expect(before.reservations).toEqual([]);
});

test('open reservations that are large come in smaller pages, and none is left out', async () => {
  const { rows } = await shop.pool.query<{ id: string }>(
    `WITH item AS (
       INSERT INTO product (id, name, description, price_amount, price_currency, stock)
       SELECT gen_random_uuid(), 'Cup', '', 1, 'EUR', 1 FROM generate_series(1, 100) RETURNING id
     ), numbered AS (SELECT id, row_number() OVER () AS position FROM item
     ), made AS (
       INSERT INTO reservation (order_id, customer_id, idempotency_key, total_amount, total_currency, state)
       SELECT gen_random_uuid(), gen_random_uuid(), 'k', 100, 'EUR', 'open' FROM generate_series(1, 60)
       RETURNING order_id
     ), line AS (
       INSERT INTO reservation_line (order_id, position, product_id, quantity, name, price_amount, price_currency)
       SELECT order_id, position, numbered.id, 1, repeat('😀', 200), 1, 'EUR' FROM made, numbered
     )
     SELECT order_id AS id FROM made`,
  );
  const orderIds: string[] = [];
  let cursor = '';
  do {
    const page = await shop.client.listOpenReservations({ minAgeMs: 0, limit: 500, cursor });
    orderIds.push(...page.reservations.map((open) => open.orderId));
    cursor = page.nextCursor;
  } while (cursor);
  const ids = rows.map(({ id }) => id);
  expect(orderIds).toEqual(expect.arrayContaining(ids));
  expect(new Set(orderIds).size).toBe(orderIds.length);
  await shop.pool.query(`UPDATE reservation SET state = 'settled' WHERE order_id = ANY ($1)`, [ids]);
});

test.each(['2026-02-31 00:00:00+00', '-1', 'x'])('a cursor of %p is refused', async (at) => {
  const cursor = encodeCursor([at, MIN_UUID]);
  const request = shop.client.listOpenReservations({ minAgeMs: 0, limit: 2, cursor });
  await expect(request).rejects.toMatchObject({ code: 'invalid-request' });
});

test('measures the age of an open reservation by the clock of the database', async () => {
  const request = reservation({ items: one(await shop.make(1)) });
  await shop.client.reserve(request);
  const isListed = async (minAgeMs: number) => {
    const page = await shop.client.listOpenReservations({ minAgeMs, limit: 1_000, cursor: '' });
    return page.reservations.some(({ orderId }) => orderId === request.orderId);
  };
  expect(await isListed(3_000_000)).toBe(false);
  expect(await isListed(0)).toBe(true);
});

test('the database itself refuses stock below zero and a settled reservation that opens again', async () => {
  const cup = await shop.make(1);
  const request = reservation({ items: one(cup) });
  await shop.client.reserve(request);
  await shop.client.settle({ orderId: request.orderId });
  await expect(shop.pool.query('UPDATE product SET stock = -1 WHERE id = $1', [cup])).rejects.toThrow(
    'check',
  );
  await expect(
    shop.pool.query(`UPDATE reservation SET state = 'open' WHERE order_id = $1`, [request.orderId]),
  ).rejects.toThrow('it cannot become open');
});
