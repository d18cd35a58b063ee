import { expect, test } from '@jest/globals';
import type { QueryResultRow } from 'pg';
import { waitUntilSettled } from '../../../../scripts/lab/chaos/wait-until-settled.ts';
import type { Stores } from '../../../../scripts/lab/testbed/stores.ts';

interface Counts {
  readonly orders: number;
  readonly reservations: number;
  readonly outbox: number;
  readonly placed: number;
  readonly applied: number;
}

const REST: Counts = { orders: 0, reservations: 0, outbox: 0, placed: 2, applied: 4 };

/** Creates stores that return one element of `polls` per poll, and the last one forever. */
function createStores(polls: readonly Counts[]): Stores & { readonly polls: () => number } {
  let poll = 0;
  return {
    polls: () => poll,
    async query<T extends QueryResultRow>(database: string, sql: string) {
      const counts = polls[Math.min(poll, polls.length - 1)] ?? REST;
      const count = () => {
        if (database === 'notification') return counts.applied;
        if (database === 'product') return counts.reservations;
        if (sql.includes('outbox')) return counts.outbox;
        return sql.includes('WHERE') ? counts.orders : counts.placed;
      };
      // The inbox is the last query of a poll.
      if (database === 'notification') poll++;
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
  ['an event is not applied', { applied: 3 }],
] as const)('waits while %s', async (_, change) => {
  const moving = createStores([{ ...REST, ...change }, REST]);
  const { pending } = await waitUntilSettled(moving, 60, signal);
  expect(pending).toEqual({ orders: 0, reservations: 0, events: 0 });
  expect(moving.polls()).toBe(2);
});

test('measures separately when orders are final and when events are applied', async () => {
  const moving = createStores([{ ...REST, orders: 1 }, { ...REST, outbox: 1 }, { ...REST, outbox: 1 }, REST]);
  const { ordersFinalAfterS, eventsAppliedAfterS } = await waitUntilSettled(moving, 60, signal);
  expect(ordersFinalAfterS).toBeGreaterThan(0);
  expect(eventsAppliedAfterS).toBeGreaterThan(ordersFinalAfterS);
});

test('stops waiting when there is no progress', async () => {
  const stuck = createStores([{ ...REST, orders: 2, placed: 4 }]);
  const { pending, ordersFinalAfterS, eventsAppliedAfterS } = await waitUntilSettled(stuck, 0.001, signal);
  expect(pending).toEqual({ orders: 2, reservations: 0, events: 2 });
  expect(ordersFinalAfterS).toBe(eventsAppliedAfterS);
});

test('stops when the signal aborts', async () => {
  const stuck = createStores([{ ...REST, orders: 1 }]);
  await expect(waitUntilSettled(stuck, 60, AbortSignal.abort(new Error('stopped')))).rejects.toThrow();
});
