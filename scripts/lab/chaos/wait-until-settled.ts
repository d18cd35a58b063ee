import { setTimeout as delay } from 'node:timers/promises';
import type { Stores } from '../testbed/stores.ts';
import { EVENTS_PER_ORDER } from './ledger-baseline.ts';

/** Counts of work in progress. */
export interface PendingWork {
  /** Orders that are neither confirmed nor cancelled. */
  readonly orders: number;
  readonly reservations: number;
  /** Events of orders that are in the outbox or that the consumer has not applied. */
  readonly events: number;
}

const POLL_INTERVAL_MS = 200;

export interface SettleResult {
  /** Seconds until every order and reservation was final, or until the wait ended without that. */
  readonly ordersFinalAfterS: number;
  /** Seconds until every event was applied as well, or until the wait ended without that. */
  readonly eventsAppliedAfterS: number;
  /** Work that was still pending when the wait ended; all zeros if everything settled. */
  readonly pending: PendingWork;
}

/**
 * Waits until no work is pending, or until no work has finished for a while.
 * @param idleTimeoutSeconds time without progress after which the wait ends
 * @param baselineEvents number of events that were unapplied before the run, which are not waited for
 * @throws the signal's reason if it aborts
 */
export async function waitUntilSettled(
  stores: Stores,
  idleTimeoutSeconds: number,
  signal: AbortSignal,
  baselineEvents = 0,
): Promise<SettleResult> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1_000;
  let minPending = Number.POSITIVE_INFINITY;
  let lastProgress = 0;
  let ordersFinalAfterS: number | undefined;
  for (;;) {
    const pending = await countPendingWork(stores, baselineEvents);
    const now = seconds();
    const orders = pending.orders + pending.reservations;
    if (orders === 0) ordersFinalAfterS ??= now;
    const all = orders + pending.events;
    if (all < minPending) lastProgress = now;
    minPending = Math.min(minPending, all);
    if (all === 0 || now - lastProgress > idleTimeoutSeconds)
      return { ordersFinalAfterS: ordersFinalAfterS ?? now, eventsAppliedAfterS: now, pending };
    await delay(POLL_INTERVAL_MS, undefined, { signal });
  }
}

async function countPendingWork(stores: Stores, baselineEvents: number): Promise<PendingWork> {
  const count = async (database: string, from: string) => {
    const [row] = await stores.query<{ count: number }>(database, `SELECT count(*)::int FROM ${from}`);
    return row?.count ?? 0;
  };
  const orders = await count('order', 'orders WHERE next_attempt_at IS NOT NULL');
  const reservations = await count('product', `reservation WHERE state = 'open'`);
  const outbox = await count('order', 'outbox');
  // An open order has published only its first event.
  const published = EVENTS_PER_ORDER * (await count('order', 'orders')) - orders;
  const applied = await count('notification', 'inbox');
  return { orders, reservations, events: Math.max(outbox, published - applied - baselineEvents) };
}
