import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { encodeCursor } from '../../../services/kit/store/cursor.ts';
import { MIN_UUID } from '../../../services/kit/store/page.ts';
import { itemsOf, type ProductHarness, reservation, startProduct } from './product-harness.ts';

let shop: ProductHarness;
beforeAll(async () => {
  shop = await startProduct('open-reservations');
});
afterAll(() => shop.stop());

test('lists open reservations in pages, oldest first', async () => {
  const cup = await shop.make(10);
  const made = Array.from({ length: 5 }, () => reservation({ items: itemsOf(cup) }));
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

test('lists large open reservations in smaller pages without a gap', async () => {
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

test.each(['2026-02-31 00:00:00+00', '-1', 'x'])('rejects a cursor with the time %p', async (at) => {
  const cursor = encodeCursor([at, MIN_UUID]);
  const request = shop.client.listOpenReservations({ minAgeMs: 0, limit: 2, cursor });
  await expect(request).rejects.toMatchObject({ code: 'invalid-request' });
});

test('measures the age of an open reservation by the clock of the database', async () => {
  const request = reservation({ items: itemsOf(await shop.make(1)) });
  await shop.client.reserve(request);
  const isListed = async (minAgeMs: number) => {
    const page = await shop.client.listOpenReservations({ minAgeMs, limit: 1_000, cursor: '' });
    return page.reservations.some(({ orderId }) => orderId === request.orderId);
  };
  expect(await isListed(3_000_000)).toBe(false);
  expect(await isListed(0)).toBe(true);
});
