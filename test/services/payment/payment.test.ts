import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { asking, type PaymentHarness, startPayment } from './payment-harness.ts';

let shop: PaymentHarness;

beforeAll(async () => {
  shop = await startPayment('payment');
});
afterAll(() => shop.stop());

/** A deadline that late and missing responses exceed. */
const SOON = { timeoutMs: 300 };
const LATE = { code: 'deadline-exceeded' };

/** Status of the payment, and of the provider's books. */
async function ended(orderId: string) {
  return [await shop.statusOf(orderId), await shop.bookedOf(orderId)];
}

describe('Authorize', () => {
  test.each([
    ['tok_ok', 'authorized'],
    ['tok_twice', 'authorized'],
    ['tok_unordered', 'captured'],
    ['tok_declined', 'declined'],
    ['tok_nobody_knows', 'declined'],
    ["'; DROP TABLE payment; --", 'declined'],
    ['__proto__', 'declined'],
  ])('for the token %s returns status %s, also to a repeated request', async (token, status) => {
    const request = asking(token);
    const { orderId, amount } = request;
    const { payment } = await shop.client.authorize(request);
    expect(payment).toMatchObject({ orderId, status, amount });
    expect(await shop.client.authorize(request)).toEqual({ payment });
    expect(await shop.client.getPayment({ orderId })).toEqual({ payment });
    expect(await ended(orderId)).toEqual([status, status]);
  });

  test('exceeds its deadline with tok_slow, and returns the outcome to a repeated request', async () => {
    const request = asking('tok_slow');
    await expect(shop.client.authorize(request, SOON)).rejects.toMatchObject(LATE);
    expect(await ended(request.orderId)).toEqual(['authorizing', 'authorized']);
    expect((await shop.client.authorize(request)).payment?.status).toBe('authorized');
  });

  test.each([
    ['tok_silent', 'authorized'],
    ['tok_lost', 'nothing'],
  ])('exceeds its deadline with %s, also when it is repeated', async (token, booked) => {
    const request = asking(token);
    for (let times = 0; times < 2; times++) {
      await expect(shop.client.authorize(request, SOON)).rejects.toMatchObject(LATE);
      expect(await ended(request.orderId)).toEqual(['authorizing', booked]);
    }
  });

  test('rejects a repeated request with another amount or token', async () => {
    const request = asking('tok_ok');
    const { amount } = request;
    await shop.client.authorize(request);
    for (const other of [
      { ...request, amount: { ...amount, amount: 1 } },
      { ...request, amount: { ...amount, currency: 'CHF' } },
      { ...request, token: 'tok_twice' },
    ]) {
      await expect(shop.client.authorize(other)).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    }
    expect(await ended(request.orderId)).toEqual(['authorized', 'authorized']);
  });

  const { amount } = asking('tok_ok');
  test.each([
    { orderId: 'x', amount, token: 'tok_ok' },
    { orderId: uuidv7(), amount: undefined, token: 'tok_ok' },
    { orderId: uuidv7(), amount: { amount: -1, currency: 'EUR' }, token: 'tok_ok' },
    { orderId: uuidv7(), amount: { amount: 1, currency: "'--" }, token: 'tok_ok' },
    { orderId: uuidv7(), amount, token: '' },
    { orderId: uuidv7(), amount, token: 'tok\0' },
  ])('rejects the invalid request %j', async (wrong) => {
    await expect(shop.client.authorize(wrong)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('Capture', () => {
  test.each(['tok_ok', 'tok_twice', 'tok_unordered'])(
    'captures an amount that was authorized with %s once',
    async (token) => {
      const request = asking(token);
      const { orderId } = request;
      await shop.client.authorize(request);
      const { payment } = await shop.client.capture({ orderId });
      expect(payment).toMatchObject({ orderId, status: 'captured', amount: request.amount });
      expect(await shop.client.capture({ orderId })).toEqual({ payment });
      expect(await shop.client.authorize(request)).toEqual({ payment });
      expect(await ended(orderId)).toEqual(['captured', 'captured']);
    },
  );

  test('100 concurrent purchases of one order capture the money once', async () => {
    for (const token of ['tok_ok', 'tok_twice', 'tok_unordered']) {
      const request = asking(token);
      const { orderId } = request;
      const purchase = async () => {
        await shop.client.authorize(request);
        return shop.client.capture({ orderId });
      };
      const answers = await Promise.all(Array.from({ length: 100 }, purchase));
      expect(new Set(answers.map(({ payment }) => payment?.id)).size).toBe(1);
      expect(await ended(orderId)).toEqual(['captured', 'captured']);
    }
  });

  test('exceeds its deadline with tok_slow, and returns the outcome to a repeated request', async () => {
    const request = asking('tok_slow');
    const { orderId } = request;
    await expect(shop.client.authorize(request, SOON)).rejects.toMatchObject(LATE);
    await shop.client.authorize(request);
    await expect(shop.client.capture({ orderId }, SOON)).rejects.toMatchObject(LATE);
    expect(await ended(orderId)).toEqual(['authorized', 'captured']);
    expect((await shop.client.capture({ orderId })).payment?.status).toBe('captured');
  });

  test('captures the money before the authorization is reported, and the late outcome does not revert it', async () => {
    const request = asking('tok_slow');
    const { orderId } = request;
    await expect(shop.client.authorize(request, SOON)).rejects.toMatchObject(LATE);
    await expect(shop.client.capture({ orderId }, SOON)).rejects.toMatchObject(LATE);
    expect(await ended(orderId)).toEqual(['authorizing', 'captured']);
    expect((await shop.client.capture({ orderId })).payment?.status).toBe('captured');
    expect((await shop.payments.record(orderId, 'authorized')).status).toBe('captured');
  });

  test('captures nothing of a declined, voided or refunded payment', async () => {
    const declined = asking('tok_declined');
    const voided = asking('tok_ok');
    const refunded = asking('tok_ok');
    for (const request of [declined, voided, refunded]) await shop.client.authorize(request);
    await shop.client.capture(refunded);
    for (const { orderId } of [voided, refunded]) await shop.client.cancel({ orderId });
    for (const [{ orderId }, status] of [
      [declined, 'declined'],
      [voided, 'voided'],
      [refunded, 'refunded'],
    ] as const) {
      expect((await shop.client.capture({ orderId })).payment?.status).toBe(status);
      expect(await ended(orderId)).toEqual([status, status]);
    }
  });

  test('captures nothing of a charge that is unknown to the provider', async () => {
    const request = asking('tok_lost');
    await expect(shop.client.authorize(request, SOON)).rejects.toMatchObject(LATE);
    expect((await shop.client.capture(request)).payment?.status).toBe('authorizing');
    await expect(shop.client.capture({ orderId: uuidv7() })).rejects.toMatchObject({ code: 'not-found' });
    await expect(shop.client.capture({ orderId: 'x' })).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('Cancel', () => {
  test('refunds what was captured, and voids what was not, once', async () => {
    for (const [token, status] of [
      ['tok_ok', 'voided'],
      ['tok_unordered', 'refunded'],
    ] as const) {
      const request = asking(token);
      const { orderId } = request;
      await shop.client.authorize(request);
      const answers = await Promise.all(Array.from({ length: 16 }, () => shop.client.cancel({ orderId })));
      expect(new Set(answers.map(({ payment }) => payment?.status))).toEqual(new Set([status]));
      expect(await ended(orderId)).toEqual([status, status]);
    }
  });

  test('rejects a later authorization and capture', async () => {
    const request = asking('tok_ok');
    const { orderId } = request;
    const { payment } = await shop.client.cancel({ orderId });
    expect(payment).toMatchObject({ status: 'voided', amount: undefined });
    for (const later of [shop.client.authorize, shop.client.capture])
      expect((await later(request)).payment).toEqual(payment);
    expect(await ended(orderId)).toEqual(['voided', 'nothing']);
  });

  test('changes nothing for a declined payment', async () => {
    const request = asking('tok_declined');
    await shop.client.authorize(request);
    expect((await shop.client.cancel(request)).payment?.status).toBe('declined');
    expect(await ended(request.orderId)).toEqual(['declined', 'declined']);
  });

  test.each(['tok_slow', 'tok_silent', 'tok_lost'])(
    'leaves no money held for a payment without an outcome (%s), now or later',
    async (token) => {
      const request = asking(token);
      const { orderId } = request;
      await expect(shop.client.authorize(request, SOON)).rejects.toMatchObject(LATE);
      expect((await shop.client.cancel({ orderId })).payment?.status).toBe('voided');
      expect((await shop.client.authorize(request)).payment?.status).toBe('voided');
      expect(await ended(orderId)).toEqual(['voided', 'voided']);
      // A request that was under way all the time.
      const late = { ...request.amount, key: orderId, token: 'tok_ok' };
      const outcomes = shop.provider.authorize(late, AbortSignal.timeout(50));
      if (token === 'tok_silent') await expect(outcomes.next()).rejects.toThrow('timeout');
      else expect((await outcomes.next()).value).toBe('voided');
      expect(await ended(orderId)).toEqual(['voided', 'voided']);
    },
  );
});

test('checks which tokens the provider accepts', async () => {
  for (const token of ['tok_ok', 'tok_unordered', 'tok_silent', 'tok_lost'])
    await expect(shop.client.checkToken({ token })).resolves.toEqual({});
  for (const token of ['tok_other', '', 'toString', "' OR 1=1 --"]) {
    await expect(shop.client.checkToken({ token })).rejects.toMatchObject({
      code: 'unknown-payment-token',
      metadata: { token },
    });
  }
});

test('getPayment returns not-found for an order without a payment', async () => {
  for (const orderId of [uuidv7(), "' OR 1=1 --"]) {
    await expect(shop.client.getPayment({ orderId })).rejects.toMatchObject({ code: 'not-found' });
  }
});
