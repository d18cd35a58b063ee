import type { BookedOrder, Books } from '../../../../scripts/lab/chaos/books.ts';
import type { Evidence } from '../../../../scripts/lab/chaos/check.ts';

/**
 * Books in which all is right, of five orders: one confirmed, one declined, one refused for want of stock, one refunded
 * since its payment took too long, and one refused whose reservation was found and given up.
 */
export function rightEvidence(): Evidence {
  const orders = [
    bookedOrder('a', { state: 'confirmed', reason: '', token: 'tok_ok' }),
    bookedOrder('b', { state: 'cancelled', reason: 'payment-declined', token: 'tok_declined' }),
    bookedOrder('d', { state: 'cancelled', reason: 'payment-timeout', token: 'tok_slow' }),
    bookedOrder('e', { state: 'cancelled', reason: 'abandoned', token: '' }),
  ];
  const events = orders.flatMap(({ id, state }) => [
    { id: `${id}-placed`, orderId: id, kind: 'placed' },
    { id: `${id}-${state}`, orderId: id, kind: state },
  ]);
  const told = (name: string) => ({
    status: 201,
    tries: 2,
    order: {
      id: `id-${name}`,
      total: { amount: 500, currency: 'EUR' },
      items: [{ productId: 'bolt', quantity: 2, unitPrice: { amount: 250, currency: 'EUR' } }],
    },
  });
  const planned = (name: string, token: 'tok_ok' | 'tok_declined' | 'tok_slow' | 'tok_unknown') => ({
    key: `key-${name}`,
    customer: 0,
    items: [{ product: 0, quantity: 2 }],
    token,
  });
  return {
    plan: {
      seed: 1,
      orders: 5,
      kills: 0,
      freezes: 0,
      cuts: 0,
      fullDisks: 0,
      blackholes: 0,
      clock: 0,
      broker: 'postgres',
      customers: 1,
      products: [{ name: 'Bolt', amount: 250, stock: 10 }],
      placing: [
        planned('a', 'tok_ok'),
        planned('b', 'tok_declined'),
        planned('c', 'tok_ok'),
        planned('d', 'tok_slow'),
        planned('e', 'tok_unknown'),
      ],
      faults: [],
    },
    answers: [
      told('a'),
      told('b'),
      { status: 409, code: 'out-of-stock', tries: 1 },
      told('d'),
      { status: 422, code: 'unknown-payment-token', tries: 3 },
    ],
    productIds: ['bolt'],
    books: {
      orders,
      payments: [
        { orderId: 'id-a', status: 'captured' },
        { orderId: 'id-b', status: 'declined' },
        { orderId: 'id-d', status: 'refunded' },
      ],
      charges: [
        { key: 'id-a', outcome: 'captured', amount: 500, currency: 'EUR' },
        { key: 'id-b', outcome: 'declined', amount: 500, currency: 'EUR' },
        { key: 'id-d', outcome: 'refunded', amount: 500, currency: 'EUR' },
      ],
      stock: [{ productId: 'bolt', stock: 8 }],
      reservations: orders.map(({ id, state, lines }) => ({
        orderId: id,
        state: state === 'confirmed' ? 'settled' : 'released',
        lines: lines.map(({ productId, quantity }) => ({ productId, quantity })),
      })),
      events,
      notifications: events.map(({ id, orderId, kind }) => ({
        id,
        orderId,
        text: `Your order ${orderId} of €5.00 was ${kind}.`,
      })),
      received: events.map(({ id }) => id),
      deadLetters: [],
      outbox: 0,
    },
    crashes: [],
  };
}

function bookedOrder(name: string, how: Pick<BookedOrder, 'state' | 'reason' | 'token'>): BookedOrder {
  const lines = [{ productId: 'bolt', quantity: 2, amount: 250 }];
  return { id: `id-${name}`, key: `key-${name}`, amount: 500, currency: 'EUR', lines, ...how };
}

/** The same, with other books. */
export function withBooks(change: (books: Books) => Partial<Books>): Evidence {
  const evidence = rightEvidence();
  return { ...evidence, books: { ...evidence.books, ...change(evidence.books) } };
}
