import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type pg from 'pg';
import { formatMetrics } from '../../../services/kit/telemetry/metric-text.ts';
import { Metrics } from '../../../services/kit/telemetry/metrics.ts';
import { claimDueOrders } from '../../../services/order/due-orders.ts';
import { insertOrders } from '../../../services/order/insert-orders.ts';
import { LEASE } from '../../../services/order/lease.ts';
import { Orphans } from '../../../services/order/orphans.ts';
import { Saga } from '../../../services/order/saga.ts';
import { itemsOf, reservation } from '../product/product-harness.ts';
import { quiet } from '../serve.ts';
import { placing } from './order-harness.ts';
import { CONFIRMED, DECLINED, type SagaHarness, STOCK, startSagaHarness } from './saga-harness.ts';

let shop: SagaHarness;
beforeAll(async () => {
  shop = await startSagaHarness('saga');
});
afterEach(() => shop.stopSaga());
afterAll(() => shop.stop());

test('two processes complete each of 60 orders once', async () => {
  const placed = await Promise.all(
    Array.from({ length: 60 }, (_, index) => shop.place(index % 3 ? 'tok_twice' : 'tok_declined')),
  );
  const other = await shop.startSaga({ concurrency: 3 });
  const options = { pool: shop.pool, product: shop.product.client, payment: shop.payment };
  const metrics = new Metrics();
  const second = new Saga({
    ...options,
    concurrency: 3,
    pollMs: 20,
    paymentLimitMs: 600_000,
    log: quiet,
    metrics,
    onEvent: () => {},
  });
  second.start();
  other.wake();
  for (const [index, one] of placed.entries()) await shop.expectEnd(index % 3 ? CONFIRMED : DECLINED, one);
  await second.stop();
});

test('counts each order in every state that it enters', async () => {
  const metrics = new Metrics();
  await shop.startSaga({ metrics, pollMs: 60_000 });
  await shop.expectEnd(CONFIRMED, await shop.place('tok_ok'));
  await shop.expectEnd(DECLINED, await shop.place('tok_declined'));
  const text = formatMetrics(metrics, 'prometheus');
  const counts = Object.fromEntries(
    [...text.matchAll(/^weft_order_transitions_total\{weft_order_state="(\w+)"\} (\d+)$/gm)].map(
      ([, state = '', count]) => [state, Number(count)],
    ),
  );
  expect(counts).toEqual({ paying: 2, settling: 1, confirmed: 1, releasing: 1, cancelled: 1 });
});

/** Statements by their names, as the database is asked to do them. */
function statements(pool: pg.Pool) {
  const query = jest.spyOn(pool, 'query') as jest.SpiedFunction<(config: { name?: string }) => unknown>;
  return () => query.mock.calls.map(([{ name }]) => name);
}

test('an order placed while no other is due is completed without a poll', async () => {
  await shop.startSaga({ pollMs: 60_000 });
  // Its first poll finds nothing, or this.
  await shop.expectEnd(CONFIRMED, await shop.place('tok_ok'));
  const executed = statements(shop.pool);
  await shop.expectEnd(CONFIRMED, await shop.place('tok_ok'));
  expect(executed()).not.toContain('claim-orders');
  expect(executed()).toContain('insert-orders');
});

test('an order whose process crashes right after placing it is resumed when its lease expires', async () => {
  const cup = await shop.product.make(STOCK);
  const request = reservation({ items: itemsOf(cup) });
  const { orderId: id, customerId, idempotencyKey } = request;
  const { items, total } = await shop.product.client.reserve(request);
  const order = { id, customerId, status: 'pending', reason: '', total, items, placedAt: new Date() };
  const newOrder = {
    order,
    idempotencyKey,
    fingerprint: null,
    paymentToken: 'tok_ok',
    state: 'paying',
  } as const;
  expect(await insertOrders(shop.pool, [{ ...newOrder, leased: true }])).toEqual([true]);
  expect((await claimDueOrders(shop.pool, 100)).map((due) => due.id)).not.toContain(id);
  await shop.pool.query(`UPDATE orders SET next_attempt_at = next_attempt_at - ${LEASE} WHERE id = $1`, [id]);
  await shop.startSaga();
  await shop.expectEnd(CONFIRMED, { cup, order });
});

test('the number of orders processed concurrently is bounded', async () => {
  const placed = await Promise.all(Array.from({ length: 20 }, () => shop.place('tok_ok')));
  let running = 0;
  let maxConcurrency = 0;
  const authorize: typeof shop.payment.authorize = async (request) => {
    maxConcurrency = Math.max(maxConcurrency, ++running);
    const answer = await shop.payment.authorize(request);
    running -= 1;
    return answer;
  };
  await shop.startSaga({ concurrency: 4, payment: { ...shop.payment, authorize } });
  for (const one of placed) await shop.expectEnd(CONFIRMED, one);
  expect(maxConcurrency).toBeLessThanOrEqual(4);
});

describe('a reservation without an order', () => {
  test('is released, its order is cancelled, and its key returns that order', async () => {
    const cup = await shop.product.make(STOCK);
    const request = placing({ items: itemsOf(cup) });
    const orphan = reservation({ ...request, items: itemsOf(cup) });
    await shop.product.client.reserve(orphan);
    await shop.startSaga();
    await shop.orphans.sweep();
    await shop.orphans.sweep();
    const identity = { id: orphan.orderId, customerId: orphan.customerId };
    const { order } = await shop.client.getOrder(identity);
    if (!order) throw new Error('no order');
    const expected = { status: 'cancelled', reason: 'abandoned', sold: 0, money: 0 } as const;
    await shop.expectEnd(expected, { cup, order });
    // The client that never had an answer asks again.
    const repeat = await shop.client.placeOrder(request);
    expect(repeat.order?.id).toBe(orphan.orderId);
    await expect(shop.client.placeOrder({ ...request, items: itemsOf(cup, 2) })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    expect(await shop.product.stock(cup)).toBe(STOCK);
  });

  test('does not starve later reservations if its order cannot be inserted', async () => {
    const cup = await shop.product.make(STOCK);
    const [bad, good] = [reservation({ items: itemsOf(cup) }), reservation({ items: itemsOf(cup) })];
    for (const request of [bad, good]) await shop.product.client.reserve(request);
    const begun: string[] = [];
    const orphans = new Orphans({
      pool: shop.pool,
      product: shop.product.client,
      log: quiet,
      everyMs: 3_600_000,
      ageMs: 0,
      begin: async ({ order }) => {
        if (order.id === bad.orderId) throw new Error('no row can hold it');
        begun.push(order.id);
        return true;
      },
    });
    await orphans.sweep();
    expect(begun).toContain(good.orderId);
  });

  test('is kept when PlaceOrder inserts its order first', async () => {
    const { cup, order } = await shop.place('tok_ok');
    await shop.orphans.sweep();
    await shop.startSaga();
    await shop.expectEnd(CONFIRMED, { cup, order });
  });

  test('ends with the correct stock when its order is placed and swept concurrently', async () => {
    for (let round = 0; round < 15; round++) {
      const cup = await shop.product.make(STOCK);
      const [answer] = await Promise.all([
        shop.client.placeOrder(placing({ items: itemsOf(cup) })),
        shop.orphans.sweep(),
      ]);
      await shop.startSaga();
      const { order } = answer;
      if (!order) throw new Error('no order');
      const { status } = await shop.ended(order);
      await shop.waitForEnd(order.id);
      expect(await shop.product.stock(cup)).toBe(status === 'confirmed' ? STOCK - 1 : STOCK);
      expect(await shop.heldAmount(order.id)).toBe(status === 'confirmed' ? 1_000 : 0);
      await shop.stopSaga();
    }
  });
});

test('a watcher receives the current order and its terminal status', async () => {
  const { order } = await shop.place('tok_ok');
  const statuses: (string | undefined)[] = [];
  const watching = (async () => {
    const { id, customerId } = order;
    for await (const update of shop.client.watchOrder({ id, customerId })) {
      statuses.push(update.order?.status);
      if (statuses.length === 1) await shop.startSaga();
    }
  })();
  await watching;
  expect(statuses).toEqual(['pending', 'confirmed']);
});
