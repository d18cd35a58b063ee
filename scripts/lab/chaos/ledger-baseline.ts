import type { LedgerSnapshot } from './ledger-snapshot.ts';

/** Snapshot of a shop that has just started with empty stores. */
export const EMPTY_LEDGER: LedgerSnapshot = {
  orders: [],
  payments: [],
  charges: [],
  stock: [],
  reservations: [],
  events: [],
  notifications: [],
  inboxEventIds: [],
  deadLetters: [],
  outboxLength: 0,
};

/**
 * Returns what a snapshot has in addition to the baseline. Every new row counts, even if it belongs to no planned order, so
 * that a stray charge is detected. Nothing else may place orders during the run.
 */
export function subtractBaseline(baseline: LedgerSnapshot, snapshot: LedgerSnapshot): LedgerSnapshot {
  const orders = new Set(baseline.orders.map(({ id }) => id));
  const payments = new Set(baseline.payments.map(({ orderId }) => orderId));
  const charges = new Set(baseline.charges.map(({ key }) => key));
  const reservations = new Set(baseline.reservations.map(({ orderId }) => orderId));
  const inboxEventIds = new Set(baseline.inboxEventIds);
  const deadLetters = new Set(baseline.deadLetters);
  return {
    orders: snapshot.orders.filter(({ id }) => !orders.has(id)),
    payments: snapshot.payments.filter(({ orderId }) => !payments.has(orderId)),
    charges: snapshot.charges.filter(({ key }) => !charges.has(key)),
    // The checks look up the plan's products only, so older products do no harm.
    stock: snapshot.stock,
    reservations: snapshot.reservations.filter(({ orderId }) => !reservations.has(orderId)),
    events: snapshot.events.filter(({ orderId }) => !orders.has(orderId)),
    notifications: snapshot.notifications.filter(({ orderId }) => !orders.has(orderId)),
    inboxEventIds: snapshot.inboxEventIds.filter((id) => !inboxEventIds.has(id)),
    deadLetters: snapshot.deadLetters.filter((id) => !deadLetters.has(id)),
    outboxLength: snapshot.outboxLength,
  };
}

/** Events published for each order: one when it is placed, one with its final state. */
export const EVENTS_PER_ORDER = 2;

/** Counts the events of orders that the consumer has not applied; 0 when the shop is at rest. */
export function countUnappliedEvents({
  orders,
  inboxEventIds,
}: Pick<LedgerSnapshot, 'orders' | 'inboxEventIds'>): number {
  return EVENTS_PER_ORDER * orders.length - inboxEventIds.length;
}
