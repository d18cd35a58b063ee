import type { Evidence } from '../../../../scripts/lab/chaos/invariant-check.ts';
import type { LedgerOrder, LedgerSnapshot } from '../../../../scripts/lab/chaos/ledger-snapshot.ts';

/**
 * Creates evidence without violations of five orders: one confirmed, one declined, one refused for lack of stock, one refunded
 * after a payment timeout, and one refused whose orphaned reservation was abandoned.
 */
export function validEvidence(): Evidence {
  const orders = [
    ledgerOrder('a', { state: 'confirmed', reason: '', token: 'tok_ok' }),
    ledgerOrder('b', { state: 'cancelled', reason: 'payment-declined', token: 'tok_declined' }),
    ledgerOrder('d', { state: 'cancelled', reason: 'payment-timeout', token: 'tok_slow' }),
    ledgerOrder('e', { state: 'cancelled', reason: 'abandoned', token: '' }),
  ];
  const events = orders.flatMap(({ id, state }) => [
    { id: `${id}-placed`, orderId: id, kind: 'placed' },
    { id: `${id}-${state}`, orderId: id, kind: state },
  ]);
  const placed = (name: string) => ({
    status: 201,
    attempts: 2,
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
      clockSkewS: 0,
      broker: 'postgres',
      customers: 1,
      products: [{ name: 'Bolt', amount: 250, stock: 10 }],
      plannedOrders: [
        planned('a', 'tok_ok'),
        planned('b', 'tok_declined'),
        planned('c', 'tok_ok'),
        planned('d', 'tok_slow'),
        planned('e', 'tok_unknown'),
      ],
      faults: [],
    },
    answers: [
      placed('a'),
      placed('b'),
      { status: 409, code: 'out-of-stock', attempts: 1 },
      placed('d'),
      { status: 422, code: 'unknown-payment-token', attempts: 3 },
    ],
    productIds: ['bolt'],
    ledger: {
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
      inboxEventIds: events.map(({ id }) => id),
      deadLetters: [],
      outboxLength: 0,
    },
    crashes: [],
  };
}

function ledgerOrder(name: string, outcome: Pick<LedgerOrder, 'state' | 'reason' | 'token'>): LedgerOrder {
  const lines = [{ productId: 'bolt', quantity: 2, amount: 250 }];
  return { id: `id-${name}`, key: `key-${name}`, amount: 500, currency: 'EUR', lines, ...outcome };
}

/** Creates the same evidence with changes to its ledger. */
export function withLedger(change: (books: LedgerSnapshot) => Partial<LedgerSnapshot>): Evidence {
  const evidence = validEvidence();
  return { ...evidence, ledger: { ...evidence.ledger, ...change(evidence.ledger) } };
}
