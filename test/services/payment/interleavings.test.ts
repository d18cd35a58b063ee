import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import { authorize } from '../../../services/payment/authorize.ts';
import { cancel } from '../../../services/payment/cancel.ts';
import { capture } from '../../../services/payment/capture.ts';
import { migrations } from '../../../services/payment/migrations.ts';
import { isOver } from '../../../services/payment/payment-status.ts';
import { Payments } from '../../../services/payment/payments.ts';
import { TestProvider } from '../../../services/payment/test-provider.ts';
import { testPool } from '../test-pool.ts';
import { asking } from './payment-harness.ts';

let pool: pg.Pool;
beforeAll(async () => {
  pool = await testPool('interleavings', migrations);
});
afterAll(() => pool.end());

const TOKENS = ['tok_ok', 'tok_twice', 'tok_unordered', 'tok_slow', 'tok_declined'] as const;

const operation = fc.constantFrom('authorize', 'capture', 'purchase', 'cancel');

/** Returns the operations of one order. The scheduler decides when each of their statements runs. */
function scheduled(scheduler: fc.Scheduler, token: string) {
  const request = asking(token);
  const { orderId } = request;
  const turns = { query: scheduler.scheduleFunction((query: pg.QueryConfig) => pool.query(query)) };
  const payments = new Payments(turns as unknown as pg.Pool);
  const provider = new TestProvider(turns as unknown as pg.Pool, 0);
  const { signal } = new AbortController();
  const run = {
    authorize: () => authorize(payments, provider, request, signal),
    capture: () =>
      capture(payments, provider, orderId, signal).catch((error) => {
        if (error.code !== 'not-found') throw error;
      }),
    purchase: async () => {
      const { status } = await authorize(payments, provider, request, signal);
      if (status === 'authorized') await capture(payments, provider, orderId, signal);
    },
    cancel: () => cancel(payments, provider, orderId),
  };
  return { orderId, run };
}

async function ended(orderId: string) {
  const payment = await new Payments(pool).find(orderId);
  const booked = await new TestProvider(pool, 0).find(orderId);
  return { status: payment?.status ?? 'none', booked: booked?.outcome ?? 'nothing' };
}

test('every interleaving of concurrent operations returns the money of a cancelled order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.constantFrom(...TOKENS),
      fc.array(operation, { minLength: 1, maxLength: 4 }),
      async (scheduler, token, others) => {
        const { orderId, run } = scheduled(scheduler, token);
        const all = [...others, 'cancel' as const].map((name) => run[name]());
        await scheduler.waitFor(Promise.all(all));
        const { status, booked } = await ended(orderId);
        expect(isOver(status as 'voided')).toBe(true);
        expect(booked === 'authorized' || booked === 'captured').toBe(false);
        if (booked !== 'nothing') expect(status).toBe(booked);
      },
    ),
    { numRuns: 400 },
  );
});

test('without a cancellation, every interleaving leaves the payment as the provider has it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.constantFrom(...TOKENS),
      fc.array(
        operation.filter((name) => name !== 'cancel'),
        { minLength: 1, maxLength: 4 },
      ),
      async (scheduler, token, names) => {
        const { orderId, run } = scheduled(scheduler, token);
        await scheduler.waitFor(Promise.all(names.map((name) => run[name]())));
        const { status, booked } = await ended(orderId);
        // A capture that came before every authorization found no payment.
        expect(status).toBe(booked === 'nothing' ? 'none' : booked);
        if (names.includes('purchase'))
          expect(status).toBe(token === 'tok_declined' ? 'declined' : 'captured');
      },
    ),
    { numRuns: 300 },
  );
});
