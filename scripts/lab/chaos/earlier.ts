import type { Books } from './books.ts';

/** What is in the stores of a shop that was just started. */
export const NOTHING: Books = {
  orders: [],
  payments: [],
  charges: [],
  stock: [],
  reservations: [],
  events: [],
  notifications: [],
  received: [],
  deadLetters: [],
  outbox: 0,
};

/**
 * What came into the books since. All that is new counts, so that money which was taken for an order that is not there is
 * seen too: nobody else may order meanwhile.
 */
export function since(earlier: Books, books: Books): Books {
  const orders = new Set(earlier.orders.map(({ id }) => id));
  const payments = new Set(earlier.payments.map(({ orderId }) => orderId));
  const charges = new Set(earlier.charges.map(({ key }) => key));
  const reservations = new Set(earlier.reservations.map(({ orderId }) => orderId));
  const received = new Set(earlier.received);
  const deadLetters = new Set(earlier.deadLetters);
  return {
    orders: books.orders.filter(({ id }) => !orders.has(id)),
    payments: books.payments.filter(({ orderId }) => !payments.has(orderId)),
    charges: books.charges.filter(({ key }) => !charges.has(key)),
    // Products of before are none of the plan's.
    stock: books.stock,
    reservations: books.reservations.filter(({ orderId }) => !reservations.has(orderId)),
    events: books.events.filter(({ orderId }) => !orders.has(orderId)),
    notifications: books.notifications.filter(({ orderId }) => !orders.has(orderId)),
    received: books.received.filter((id) => !received.has(id)),
    deadLetters: books.deadLetters.filter((id) => !deadLetters.has(id)),
    outbox: books.outbox,
  };
}

/** Events that tell of orders and that the consumer has not applied; 0 when all is at rest. */
export function unapplied({ orders, received }: Pick<Books, 'orders' | 'received'>): number {
  // One that it was placed, and one how it ended.
  return 2 * orders.length - received.length;
}
