import { setTimeout as delay } from 'node:timers/promises';
import type { Stores } from './stores.ts';

/** What is still on its way. */
export interface Unsettled {
  /** Orders that are neither confirmed nor cancelled. */
  readonly orders: number;
  readonly reservations: number;
  /** Events that tell of orders and are not applied by the consumer yet, or still are in the outbox. */
  readonly events: number;
}

const LOOK_MS = 200;

/** How all came to rest, or did not. */
export interface Settled {
  /** Seconds until every order and reservation had come to its end; until it was given up if one had not. */
  readonly ordersAfter: number;
  /** Seconds until every event was applied too. */
  readonly allAfter: number;
  /** What still was on its way then; nothing but zeros when all came to rest. */
  readonly left: Unsettled;
}

/**
 * Waits until nothing is on its way any more.
 * @param patience seconds for which nothing may come to its end before it is given up
 * @param given events that were not applied before the run, and do not count
 */
export async function settleDown(
  stores: Stores,
  patience: number,
  signal: AbortSignal,
  given = 0,
): Promise<Settled> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1_000;
  let least = Number.POSITIVE_INFINITY;
  let moved = 0;
  let ordersAfter: number | undefined;
  for (;;) {
    const left = await unsettled(stores, given);
    const now = seconds();
    const orders = left.orders + left.reservations;
    if (orders === 0) ordersAfter ??= now;
    const all = orders + left.events;
    if (all < least) moved = now;
    least = Math.min(least, all);
    if (all === 0 || now - moved > patience) return { ordersAfter: ordersAfter ?? now, allAfter: now, left };
    await delay(LOOK_MS, undefined, { signal });
  }
}

async function unsettled(stores: Stores, given: number): Promise<Unsettled> {
  const count = async (database: string, from: string) => {
    const [row] = await stores.query<{ count: number }>(database, `SELECT count(*)::int FROM ${from}`);
    return row?.count ?? 0;
  };
  const orders = await count('order', 'orders WHERE next_attempt_at IS NOT NULL');
  const reservations = await count('product', `reservation WHERE state = 'open'`);
  const outbox = await count('order', 'outbox');
  // One that it was placed, and one how it ended.
  const told = 2 * (await count('order', 'orders')) - orders;
  const applied = await count('notification', 'inbox');
  return { orders, reservations, events: Math.max(outbox, told - applied - given) };
}
