import { expect, test } from '@jest/globals';
import type { QueryResultRow } from 'pg';
import { settleDown } from '../../../../scripts/lab/chaos/settle-down.ts';
import type { Stores } from '../../../../scripts/lab/chaos/stores.ts';

interface Counts {
  readonly orders: number;
  readonly reservations: number;
  readonly outbox: number;
  readonly placed: number;
  readonly applied: number;
}

const REST: Counts = { orders: 0, reservations: 0, outbox: 0, placed: 2, applied: 4 };

/** Stores that hold one after the other of `looks`, and the last for ever. */
function stores(looks: readonly Counts[]): Stores & { readonly seen: () => number } {
  let look = 0;
  return {
    seen: () => look,
    async query<T extends QueryResultRow>(database: string, sql: string) {
      const counts = looks[Math.min(look, looks.length - 1)] ?? REST;
      const count = () => {
        if (database === 'notification') return counts.applied;
        if (database === 'product') return counts.reservations;
        if (sql.includes('outbox')) return counts.outbox;
        return sql.includes('WHERE') ? counts.orders : counts.placed;
      };
      // The consumer is asked last.
      if (database === 'notification') look++;
      return [{ count: count() }] as unknown as readonly T[];
    },
    close: async () => {},
  };
}

const { signal } = new AbortController();

test.each([
  ['an order is open', { orders: 1 }],
  ['a reservation is open', { reservations: 1 }],
  ['an event is in the outbox', { outbox: 1 }],
  ['an event was not applied yet', { applied: 3 }],
] as const)('while %s it waits', async (_, left) => {
  const moving = stores([{ ...REST, ...left }, REST]);
  const { left: still } = await settleDown(moving, 60, signal);
  expect(still).toEqual({ orders: 0, reservations: 0, events: 0 });
  expect(moving.seen()).toBe(2);
});

test('it is told apart when orders have come to their end, and when events have', async () => {
  const moving = stores([{ ...REST, orders: 1 }, { ...REST, outbox: 1 }, { ...REST, outbox: 1 }, REST]);
  const { ordersAfter, allAfter } = await settleDown(moving, 60, signal);
  expect(ordersAfter).toBeGreaterThan(0);
  expect(allAfter).toBeGreaterThan(ordersAfter);
});

test('what does not move any more is given up', async () => {
  const stuck = stores([{ ...REST, orders: 2, placed: 4 }]);
  const { left, ordersAfter, allAfter } = await settleDown(stuck, 0.001, signal);
  expect(left).toEqual({ orders: 2, reservations: 0, events: 2 });
  expect(ordersAfter).toBe(allAfter);
});

test('it ends when it is told to', async () => {
  const stuck = stores([{ ...REST, orders: 1 }]);
  await expect(settleDown(stuck, 60, AbortSignal.abort(new Error('stopped')))).rejects.toThrow();
});
