import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { Orphans } from '../../../services/order/orphans.ts';
import { reservation } from '../product/product-harness.ts';
import { quiet } from '../serve.ts';
import { type OrderHarness, placing, startOrder } from './order-harness.ts';

let shop: OrderHarness;

const one = (productId: string) => [{ productId, quantity: 1 }];

beforeAll(async () => {
  shop = await startOrder('clocks');
});

afterEach(async () => {
  jest.restoreAllMocks();
  await shop.stopSaga();
});

afterAll(() => shop.stop());

/** Moves the clock of every process of this test, and of no database. */
function moveClock(hours: number): void {
  const now = Date.now.bind(Date);
  jest.spyOn(Date, 'now').mockImplementation(() => now() + hours * 3_600_000);
}

const AGE_MS = 60_000;

test('a fast clock does not release a reservation whose order is being placed', async () => {
  const request = reservation({ items: one(await shop.product.make(1)) });
  await shop.product.client.reserve(request);
  moveClock(1);
  const begin = jest.fn(async () => true);
  const { pool, product } = shop;
  await new Orphans({
    pool,
    product: product.client,
    log: quiet,
    everyMs: 3_600_000,
    ageMs: AGE_MS,
    begin,
  }).sweep();
  expect(begin).not.toHaveBeenCalled();
});

test.each([
  ['ahead', 1],
  ['behind', -1],
])('a clock that is %s times out no payment early', async (_, hours) => {
  const cup = await shop.product.make(1);
  const { order } = await shop.client.placeOrder(placing({ items: one(cup) }));
  moveClock(hours);
  await shop.startSaga({ paymentLimitMs: AGE_MS });
  expect(await shop.ended(order)).toMatchObject({ status: 'confirmed' });
});

test('a payment times out on time even if the clock of its process is slow', async () => {
  const cup = await shop.product.make(1);
  const { order } = await shop.client.placeOrder(placing({ items: one(cup) }));
  const older = `UPDATE orders SET created_at = created_at - interval '61 seconds' WHERE id = $1`;
  await shop.pool.query(older, [order?.id]);
  moveClock(-1);
  await shop.startSaga({ paymentLimitMs: AGE_MS });
  expect(await shop.ended(order)).toMatchObject({ status: 'cancelled', reason: 'payment-timeout' });
});
