import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { serviceError } from '../../../services/kit/errors/service-error.ts';
import { isOpen, type State } from '../../../services/order/state-machine.ts';
import { CONFIRMED, DECLINED, type SagaHarness, startSagaHarness } from './saga-harness.ts';

let shop: SagaHarness;
beforeAll(async () => {
  shop = await startSagaHarness('outcomes');
});
afterEach(() => shop.stopSaga());
afterAll(() => shop.stop());

const SOON = { timeoutMs: 300 };

/** Calls with a deadline that `tok_slow` misses. */
const impatient = () => ({
  ...shop.payment,
  authorize: ((request) => shop.payment.authorize(request, SOON)) as typeof shop.payment.authorize,
  capture: ((request) => shop.payment.capture(request, SOON)) as typeof shop.payment.capture,
});

/** The outcome of each test token, and the calls to the payment service that lead to it. */
const cases = [
  { token: 'tok_ok', ...CONFIRMED, pays: ['authorize', 'capture'] },
  { token: 'tok_twice', ...CONFIRMED, pays: ['authorize', 'capture'] },
  { token: 'tok_slow', ...CONFIRMED, pays: ['authorize', 'capture'] },
  { token: 'tok_declined', ...DECLINED, pays: ['authorize'] },
  { token: 'tok_unordered', ...CONFIRMED, pays: ['authorize'] },
] as const;

describe.each(cases)('an order with $token', (expected) => {
  test(`ends ${expected.status}`, async () => {
    await shop.startSaga({ payment: impatient() });
    await shop.expectEnd(expected, await shop.place(expected.token));
  });

  test(`ends ${expected.status} when the process stops after each step`, async () => {
    const placed = await shop.place(expected.token);
    for (let step = 0; step < 12 && isOpen((await shop.stateOf(placed.order.id)) as State); step++) {
      await shop.pool.query('UPDATE orders SET next_attempt_at = now() WHERE id = $1', [placed.order.id]);
      // It claims what is due before it sees that it is to stop, and stops after one step of it.
      await shop.startSaga({ payment: impatient() });
      await shop.stopSaga();
    }
    await shop.expectEnd(expected, placed);
  });

  test(`ends ${expected.status} when the process crashes after each step before recording it`, async () => {
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
    await shop.expectEnd(expected, await shop.place(expected.token));
    const lastCall = expected.status === 'confirmed' ? 'settle' : 'release';
    expect(dead).toEqual(new Set([...expected.pays, lastCall]));
  });
});

test.each(['tok_slow', 'tok_silent', 'tok_lost', 'tok_ok'])(
  'an order with %s whose payment has no outcome in time is cancelled, and the provider keeps no money',
  async (token) => {
    const placed = await shop.place(token);
    const authorize: typeof shop.payment.authorize = async (request) => {
      await shop.payment.authorize(request, { timeoutMs: 100 });
      throw serviceError('unavailable');
    };
    await shop.startSaga({ payment: { ...shop.payment, authorize }, paymentLimitMs: 300 });
    const expected = { status: 'cancelled', reason: 'payment-timeout', sold: 0, money: 0 } as const;
    await shop.expectEnd(expected, placed);
    expect(await shop.hanging(placed.order.id)).toBe(false);
  },
);

test('an order whose payment is authorized but not captured in time is cancelled, and the money is returned', async () => {
  const placed = await shop.place('tok_ok');
  const capture: typeof shop.payment.capture = async () => {
    throw serviceError('unavailable');
  };
  await shop.startSaga({ payment: { ...shop.payment, capture }, paymentLimitMs: 300 });
  const expected = { status: 'cancelled', reason: 'payment-timeout', sold: 0, money: 0 } as const;
  await shop.expectEnd(expected, placed);
  expect(await shop.hanging(placed.order.id)).toBe(false);
});
