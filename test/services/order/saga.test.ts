import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { serviceError } from '../../../services/kit/service-error.ts';
import { uuidv7 } from '../../../services/kit/uuidv7.ts';
import { Saga } from '../../../services/order/saga.ts';
import { isOpen, type State, TRANSITIONS } from '../../../services/order/state-machine.ts';
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
async function done(id: string): Promise<string> {
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
  readonly reason: string;
  /** Units. */
  readonly sold: number;
  /** Minor units that the provider keeps. */
  readonly money: number;
}

const cases = [
  { token: 'tok_ok', status: 'confirmed', reason: '', sold: 1, money: 1_000 },
  { token: 'tok_twice', status: 'confirmed', reason: '', sold: 1, money: 1_000 },
  { token: 'tok_slow', status: 'confirmed', reason: '', sold: 1, money: 1_000 },
  { token: 'tok_declined', status: 'cancelled', reason: 'payment-declined', sold: 0, money: 0 },
] as const;

async function expectEnd(
  { status, reason, sold, money }: Expected,
  { cup, order }: Awaited<ReturnType<typeof place>>,
): Promise<void> {
  expect(await shop.ended(order)).toMatchObject({ status, reason });
  expect(await done(order.id)).toBe(status);
  expect(await shop.events(order.id)).toEqual(['placed', status]);
  expect(await shop.kept(order.id)).toBe(money);
  expect(await shop.product.stock(cup)).toBe(STOCK - sold);
}

/** Calls with a deadline that `tok_slow` misses. */
const impatient = () => ({
  ...shop.payment,
  charge: ((request) => shop.payment.charge(request, { timeoutMs: 300 })) as typeof shop.payment.charge,
});

describe.each(cases)('an order with $token', (expected) => {
  test(`ends ${expected.status}`, async () => {
    await shop.startSaga({ payment: impatient() });
    await expectEnd(expected, await place(expected.token));
  });

  test('ends so when the process stops after each of its steps', async () => {
    const placed = await place(expected.token);
    for (let step = 0; step < 8 && isOpen((await stateOf(placed.order.id)) as State); step++) {
      await shop.pool.query('UPDATE orders SET next_attempt_at = now() WHERE id = $1', [placed.order.id]);
      // It claims what is due before it sees that it is to stop, and stops after one step of it.
      await shop.startSaga({ payment: impatient() });
      await shop.stopSaga();
    }
    await expectEnd(expected, placed);
  });

  test('ends so when each step is done but its process dies before it can note that', async () => {
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
      payment: { ...payment, charge: dying('charge', payment.charge) },
      product: {
        ...product,
        settleAll: dying('settle', product.settleAll),
        release: dying('release', product.release),
      },
    });
    await expectEnd(expected, await place(expected.token));
    expect(dead).toEqual(new Set(['charge', expected.status === 'confirmed' ? 'settle' : 'release']));
  });
});

test('an order whose payment has no outcome in time is cancelled, and no money kept', async () => {
  const placed = await place('tok_slow');
  const charge: typeof shop.payment.charge = async (request) => {
    await shop.payment.charge(request, { timeoutMs: 100 });
    throw serviceError('unavailable');
  };
  await shop.startSaga({ payment: { ...shop.payment, charge }, paymentLimitMs: 300 });
  const expected = { status: 'cancelled', reason: 'payment-timeout', sold: 0, money: 0 } as const;
  await expectEnd(expected, placed);
});

test('two processes carry many orders to their ends, each once', async () => {
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

test('what it works on at once is bounded', async () => {
  const placed = await Promise.all(Array.from({ length: 20 }, () => place('tok_ok')));
  let running = 0;
  let most = 0;
  const charge: typeof shop.payment.charge = async (request) => {
    most = Math.max(most, ++running);
    const answer = await shop.payment.charge(request);
    running -= 1;
    return answer;
  };
  await shop.startSaga({ concurrency: 4, payment: { ...shop.payment, charge } });
  for (const one of placed) await expectEnd(cases[0], one);
  expect(most).toBeLessThanOrEqual(4);
});

describe('a reservation without an order', () => {
  test('is released, its order cancelled, and the key answers that order', async () => {
    const cup = await shop.product.make(STOCK);
    const request = placing({ items: one(cup) });
    const asked = reservation({ ...request, items: one(cup) });
    await shop.product.client.reserve(asked);
    await shop.startSaga();
    await shop.orphans.sweep();
    await shop.orphans.sweep();
    const found = { id: asked.orderId, customerId: asked.customerId };
    const { order } = await shop.client.getOrder(found);
    if (!order) throw new Error('no order');
    const expected = { status: 'cancelled', reason: 'abandoned', sold: 0, money: 0 } as const;
    await expectEnd(expected, { cup, order });
    // The client that never had an answer asks again.
    const repeat = await shop.client.placeOrder(request);
    expect(repeat.order?.id).toBe(asked.orderId);
    await expect(shop.client.placeOrder({ ...request, items: one(cup, 2) })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    expect(await shop.product.stock(cup)).toBe(STOCK);
  });

  test('that its placing overtakes is left alone', async () => {
    const { cup, order } = await place('tok_ok');
    await shop.orphans.sweep();
    await shop.startSaga();
    await expectEnd(cases[0], { cup, order });
  });

  test('whose placing and sweep come at once ends in one of both, with its stock right', async () => {
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
      await done(order.id);
      expect(await shop.product.stock(cup)).toBe(status === 'confirmed' ? STOCK - 1 : STOCK);
      expect(await shop.kept(order.id)).toBe(status === 'confirmed' ? 1_000 : 0);
      await shop.stopSaga();
    }
  });
});

test('a watcher sees the order now and at its end', async () => {
  const { order } = await place('tok_ok');
  const seen: (string | undefined)[] = [];
  const watching = (async () => {
    const { id, customerId } = order;
    for await (const told of shop.client.watchOrder({ id, customerId })) {
      seen.push(told.order?.status);
      if (seen.length === 1) await shop.startSaga();
    }
  })();
  await watching;
  expect(seen).toEqual(['pending', 'confirmed']);
});

test('the database allows the transitions of the state machine and no other', async () => {
  const states = Object.keys(TRANSITIONS) as State[];
  const first = new Set<State>(['paying', 'releasing']);
  for (const from of states) {
    for (const to of states.filter((state) => state !== from)) {
      const id = uuidv7();
      const insert = (state: State) =>
        shop.pool.query(
          `INSERT INTO orders (id, customer_id, idempotency_key, payment_token, total_amount, total_currency, state,
             placed_at, next_attempt_at)
           VALUES ($1, $1, 'k', '', 0, 'EUR', $2, now(), $3)`,
          [id, state, isOpen(state) ? new Date() : null],
        );
      if (!first.has(from)) {
        await expect(insert(from)).rejects.toThrow('cannot become');
        await shop.pool.query('ALTER TABLE orders DISABLE TRIGGER order_first_state');
        await insert(from);
        await shop.pool.query('ALTER TABLE orders ENABLE TRIGGER order_first_state');
      } else await insert(from);
      const change = shop.pool.query('UPDATE orders SET state = $2, next_attempt_at = $3 WHERE id = $1', [
        id,
        to,
        isOpen(to) ? new Date() : null,
      ]);
      if (Object.values<State>(TRANSITIONS[from]).includes(to)) await change;
      else await expect(change).rejects.toThrow(`cannot become ${to}`);
      await shop.pool.query('DELETE FROM orders WHERE id = $1', [id]);
    }
  }
});
