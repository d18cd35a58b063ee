import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type pg from 'pg';
import { serviceError } from '../../../services/kit/errors/service-error.ts';
import { claimDueOrders } from '../../../services/order/due-orders.ts';
import { insertOrders } from '../../../services/order/insert-orders.ts';
import { LEASE } from '../../../services/order/lease.ts';
import { Orphans } from '../../../services/order/orphans.ts';
import { Saga } from '../../../services/order/saga.ts';
import { isOpen, type State } from '../../../services/order/state-machine.ts';
import { reservation } from '../product/product-harness.ts';
import { quiet } from '../serve.ts';
import { type OrderHarness, placing, startOrder } from './order-harness.ts';

let shop: OrderHarness;
beforeAll(async () => {
  shop = await startOrder('saga');
});
afterEach(() => shop.stopSaga());
afterAll(() => shop.stop());

const one = (productId: string, quantity = 1) => [{ productId, quantity }];
const STOCK = 3;

async function place(paymentToken: string) {
  const cup = await shop.product.make(STOCK);
  const { order } = await shop.client.placeOrder(placing({ items: one(cup), paymentToken }));
  if (!order) throw new Error('no order');
  return { cup, order };
}

async function stateOf(id: string): Promise<string> {
  const { rows } = await shop.pool.query<{ state: string }>('SELECT state FROM orders WHERE id = $1', [id]);
  return rows[0]?.state ?? '';
}

/** Waits until the saga has nothing left to do for the order, some seconds at most. */
async function waitForEnd(id: string): Promise<string> {
  let state = '';
  for (let look = 0; look < 800; look++) {
    state = await stateOf(id);
    if (!isOpen(state as State)) return state;
    await delay(5);
  }
  throw new Error(`order ${id} is still ${state}`);
}

interface Expected {
  readonly status: string;
  /** Calls to the payment service that change something. */
  readonly pays?: readonly string[];
  readonly reason: string;
  /** Units. */
  readonly sold: number;
  /** Minor units that the provider keeps. */
  readonly money: number;
}

const CONFIRMED = { status: 'confirmed', reason: '', sold: 1, money: 1_000 } as const;

const cases = [
  { token: 'tok_ok', ...CONFIRMED, pays: ['authorize', 'capture'] },
  { token: 'tok_twice', ...CONFIRMED, pays: ['authorize', 'capture'] },
  { token: 'tok_slow', ...CONFIRMED, pays: ['authorize', 'capture'] },
  {
    token: 'tok_declined',
    status: 'cancelled',
    reason: 'payment-declined',
    sold: 0,
    money: 0,
    pays: ['authorize'],
  },
  { token: 'tok_unordered', ...CONFIRMED, pays: ['authorize'] },
] as const;

async function expectEnd(
  { status, reason, sold, money }: Expected,
  { cup, order }: Awaited<ReturnType<typeof place>>,
): Promise<void> {
  expect(await shop.ended(order)).toMatchObject({ status, reason });
  expect(await waitForEnd(order.id)).toBe(status);
  expect(await shop.events(order.id)).toEqual(['placed', status]);
  expect(await shop.heldAmount(order.id)).toBe(money);
  expect(await shop.product.stock(cup)).toBe(STOCK - sold);
}

const SOON = { timeoutMs: 300 };

/** Calls with a deadline that `tok_slow` misses. */
const impatient = () => ({
  ...shop.payment,
  authorize: ((request) => shop.payment.authorize(request, SOON)) as typeof shop.payment.authorize,
  capture: ((request) => shop.payment.capture(request, SOON)) as typeof shop.payment.capture,
});

describe.each(cases)('an order with $token', (expected) => {
  test(`ends ${expected.status}`, async () => {
    await shop.startSaga({ payment: impatient() });
    await expectEnd(expected, await place(expected.token));
  });

  test('ends so when the process stops after each step', async () => {
    const placed = await place(expected.token);
    for (let step = 0; step < 12 && isOpen((await stateOf(placed.order.id)) as State); step++) {
      await shop.pool.query('UPDATE orders SET next_attempt_at = now() WHERE id = $1', [placed.order.id]);
      // It claims what is due before it sees that it is to stop, and stops after one step of it.
      await shop.startSaga({ payment: impatient() });
      await shop.stopSaga();
    }
    await expectEnd(expected, placed);
  });

  test('ends so when the process crashes after each step before recording it', async () => {
    const dead = new Set<string>();
    /** Fails the first time that it has done its work. */
    const dying =
      <Request, Answer>(name: string, call: (request: Request) => Promise<Answer>) =>
      async (request: Request) => {
        const answer = await call(request);
        if (dead.has(name)) return answer;
        dead.add(name);
        throw serviceError('unavailable');
      };
    const product = shop.product.client;
    const payment = impatient();
    await shop.startSaga({
      payment: {
        ...payment,
        authorize: dying('authorize', payment.authorize),
        capture: dying('capture', payment.capture),
      },
      product: {
        ...product,
        settleAll: dying('settle', product.settleAll),
        release: dying('release', product.release),
      },
    });
    await expectEnd(expected, await place(expected.token));
    const lastCall = expected.status === 'confirmed' ? 'settle' : 'release';
    expect(dead).toEqual(new Set([...expected.pays, lastCall]));
  });
});

test.each(['tok_slow', 'tok_silent', 'tok_lost', 'tok_ok'])(
  'an order with %s whose payment has no outcome in time is cancelled, and no money kept',
  async (token) => {
    const placed = await place(token);
    const authorize: typeof shop.payment.authorize = async (request) => {
      await shop.payment.authorize(request, { timeoutMs: 100 });
      throw serviceError('unavailable');
    };
    await shop.startSaga({ payment: { ...shop.payment, authorize }, paymentLimitMs: 300 });
    const expected = { status: 'cancelled', reason: 'payment-timeout', sold: 0, money: 0 } as const;
    await expectEnd(expected, placed);
    expect(await shop.hanging(placed.order.id)).toBe(false);
  },
);

test('an order whose payment is authorized but not captured in time is cancelled, and the money is returned', async () => {
  const placed = await place('tok_ok');
  const capture: typeof shop.payment.capture = async () => {
    throw serviceError('unavailable');
  };
  await shop.startSaga({ payment: { ...shop.payment, capture }, paymentLimitMs: 300 });
  const expected = { status: 'cancelled', reason: 'payment-timeout', sold: 0, money: 0 } as const;
  await expectEnd(expected, placed);
  expect(await shop.hanging(placed.order.id)).toBe(false);
});

test('two processes complete many orders, each once', async () => {
  const placed = await Promise.all(
    Array.from({ length: 60 }, (_, index) => place(index % 3 ? 'tok_twice' : 'tok_declined')),
  );
  const other = await shop.startSaga({ concurrency: 3 });
  const options = { pool: shop.pool, product: shop.product.client, payment: shop.payment };
  const second = new Saga({
    ...options,
    concurrency: 3,
    pollMs: 20,
    paymentLimitMs: 600_000,
    log: quiet,
    onEvent: () => {},
  });
  second.start();
  other.wake();
  for (const [index, one] of placed.entries()) await expectEnd(cases[index % 3 ? 1 : 3], one);
  await second.stop();
});

/** Statements by their names, as the database is asked to do them. */
function statements(pool: pg.Pool) {
  const query = jest.spyOn(pool, 'query') as jest.SpiedFunction<(config: { name?: string }) => unknown>;
  return () => query.mock.calls.map(([{ name }]) => name);
}

test('an order placed while no other is due is completed without a poll', async () => {
  await shop.startSaga({ pollMs: 60_000 });
  // Its first poll finds nothing, or this.
  await expectEnd(cases[0], await place('tok_ok'));
  const executed = statements(shop.pool);
  await expectEnd(cases[0], await place('tok_ok'));
  expect(executed()).not.toContain('claim-orders');
  expect(executed()).toContain('insert-orders');
});

test('an order whose process crashes right after placing it is resumed when its lease expires', async () => {
  const cup = await shop.product.make(STOCK);
  const request = reservation({ items: one(cup) });
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
  await expectEnd(cases[0], { cup, order });
});

test('the number of orders processed concurrently is bounded', async () => {
  const placed = await Promise.all(Array.from({ length: 20 }, () => place('tok_ok')));
  let running = 0;
  let maxConcurrency = 0;
  const authorize: typeof shop.payment.authorize = async (request) => {
    maxConcurrency = Math.max(maxConcurrency, ++running);
    const answer = await shop.payment.authorize(request);
    running -= 1;
    return answer;
  };
  await shop.startSaga({ concurrency: 4, payment: { ...shop.payment, authorize } });
  for (const one of placed) await expectEnd(cases[0], one);
  expect(maxConcurrency).toBeLessThanOrEqual(4);
});

describe('a reservation without an order', () => {
  test('is released, its order is cancelled, and its key returns that order', async () => {
    const cup = await shop.product.make(STOCK);
    const request = placing({ items: one(cup) });
    const orphan = reservation({ ...request, items: one(cup) });
    await shop.product.client.reserve(orphan);
    await shop.startSaga();
    await shop.orphans.sweep();
    await shop.orphans.sweep();
    const identity = { id: orphan.orderId, customerId: orphan.customerId };
    const { order } = await shop.client.getOrder(identity);
    if (!order) throw new Error('no order');
    const expected = { status: 'cancelled', reason: 'abandoned', sold: 0, money: 0 } as const;
    await expectEnd(expected, { cup, order });
    // The client that never had an answer asks again.
    const repeat = await shop.client.placeOrder(request);
    expect(repeat.order?.id).toBe(orphan.orderId);
    await expect(shop.client.placeOrder({ ...request, items: one(cup, 2) })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    expect(await shop.product.stock(cup)).toBe(STOCK);
  });

  test('for which no order can be inserted does not starve those behind it', async () => {
    const cup = await shop.product.make(STOCK);
    const [bad, good] = [reservation({ items: one(cup) }), reservation({ items: one(cup) })];
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

  test('is left alone when PlaceOrder inserts its order first', async () => {
    const { cup, order } = await place('tok_ok');
    await shop.orphans.sweep();
    await shop.startSaga();
    await expectEnd(cases[0], { cup, order });
  });

  test('that is placed and swept concurrently ends as one of both, with the correct stock', async () => {
    for (let round = 0; round < 15; round++) {
      const cup = await shop.product.make(STOCK);
      const [answer] = await Promise.all([
        shop.client.placeOrder(placing({ items: one(cup) })),
        shop.orphans.sweep(),
      ]);
      await shop.startSaga();
      const { order } = answer;
      if (!order) throw new Error('no order');
      const { status } = await shop.ended(order);
      await waitForEnd(order.id);
      expect(await shop.product.stock(cup)).toBe(status === 'confirmed' ? STOCK - 1 : STOCK);
      expect(await shop.heldAmount(order.id)).toBe(status === 'confirmed' ? 1_000 : 0);
      await shop.stopSaga();
    }
  });
});

test('a watcher receives the order now and when it ends', async () => {
  const { order } = await place('tok_ok');
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
