import { setTimeout as delay } from 'node:timers/promises';
import type { Stores } from './stores.ts';

/** What is still on its way. */
export interface Unsettled {
  /** Orders that are neither confirmed nor cancelled. */
  readonly orders: number;
  readonly reservations: number;
  /** Events in the outbox, or not yet applied by the consumer. */
  readonly events: number;
}

const LOOK_MS = 200;

/**
 * Waits until nothing is on its way any more.
 * @param patienceMs milliseconds for which nothing may come to its end before it is given up
 * @returns what still was on its way then; nothing but zeros when all came to rest
 */
export async function settleDown(
  stores: Stores,
  patienceMs: number,
  signal: AbortSignal,
): Promise<Unsettled> {
  let least = Number.POSITIVE_INFINITY;
  let end = performance.now() + patienceMs;
  for (;;) {
    const left = await unsettled(stores);
    const all = left.orders + left.reservations + left.events;
    if (all < least) end = performance.now() + patienceMs;
    least = Math.min(least, all);
    if (all === 0 || performance.now() > end) return left;
    await delay(LOOK_MS, undefined, { signal });
  }
}

async function unsettled(stores: Stores): Promise<Unsettled> {
  const count = async (database: string, from: string) => {
    const [row] = await stores.query<{ count: number }>(database, `SELECT count(*)::int FROM ${from}`);
    return row?.count ?? 0;
  };
  const orders = await count('order', 'orders WHERE next_attempt_at IS NOT NULL');
  const reservations = await count('product', `reservation WHERE state = 'open'`);
  const outbox = await count('order', 'outbox');
  const published = await count('events', `event WHERE topic = 'orders'`);
  const applied = await count('notification', 'inbox');
  return { orders, reservations, events: outbox + Math.max(0, published - applied) };
}
