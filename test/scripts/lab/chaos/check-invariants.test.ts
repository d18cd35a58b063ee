import { describe, expect, test } from '@jest/globals';
import { checkInvariants } from '../../../../scripts/lab/chaos/check-invariants.ts';
import type { Evidence } from '../../../../scripts/lab/chaos/invariant-check.ts';
import type { LedgerOrder } from '../../../../scripts/lab/chaos/ledger-snapshot.ts';
import type { OrderAnswer } from '../../../../scripts/lab/chaos/order-answer.ts';
import { validEvidence, withLedger } from './sample-evidence.ts';

/** Violations that all checks report. */
function findViolations(evidence: Evidence): readonly string[] {
  return checkInvariants(evidence).flatMap(({ violations }) => violations);
}

function withOrder(id: string, change: Partial<LedgerOrder>): Evidence {
  return withLedger(({ orders }) => ({
    orders: orders.map((order) => (order.id === id ? { ...order, ...change } : order)),
  }));
}

function withAnswer(number: number, answer: OrderAnswer): Evidence {
  const evidence = validEvidence();
  return { ...evidence, answers: evidence.answers.with(number, answer) };
}

const reject =
  <T>(matches: (row: T) => boolean) =>
  (rows: readonly T[]) =>
    rows.filter((row) => !matches(row));

test('a valid ledger has no violations, and every check has counted rows', () => {
  const findings = checkInvariants(validEvidence());
  expect(findings.flatMap(({ violations }) => violations)).toEqual([]);
  expect(findings.map(({ figure }) => figure)).toEqual([
    '201: 3, out-of-stock: 1, unknown-payment-token: 1',
    '3 answered, 4 in the ledger',
    '4 orders, 4 keys',
    '3 compared',
    '2 refused, 1 abandoned',
    '1 confirmed, 3 cancelled (1 abandoned)',
    '€5.00 captured, €5.00 due, 1 refunded',
    '3 payments, 3 at the provider',
    '2 units sold, 0 of 1 products sold out',
    '4 reservations, 0 open',
    '8 events',
    '8 notifications',
    '0 in the outbox, 0 dead letters',
    '0 crashes, 0 kills',
  ]);
});

describe('detects', () => {
  const order = validEvidence().ledger.orders[0];
  if (!order) throw new Error('the sample has no order');
  const VIOLATIONS: readonly (readonly [string, Evidence, string])[] = [
    [
      'a lost order that was answered with 201',
      withLedger(({ orders }) => ({ orders: reject<LedgerOrder>(({ id }) => id === 'id-b')(orders) })),
      'key-b: order id-b does not exist',
    ],
    [
      'an order with the key of another',
      withOrder('id-b', { key: 'key-c' }),
      'key-b: order id-b has key key-c',
    ],
    [
      'two orders for one key',
      withLedger(({ orders }) => ({ orders: [...orders, { ...order, id: 'id-x' }] })),
      'key-a: has 2 orders',
    ],
    [
      'an order whose key was never sent',
      withLedger(({ orders }) => ({ orders: [...orders, { ...order, id: 'id-x', key: 'key-x' }] })),
      'key-x: was never sent',
    ],
    ['an order that is not final', withOrder('id-a', { state: 'settling' }), 'key-a: is settling'],
    [
      'a confirmed order whose payment was declined',
      withOrder('id-b', { state: 'confirmed' }),
      'key-b: is confirmed with tok_declined',
    ],
    [
      'a declined order whose payment token is accepted',
      withOrder('id-d', { reason: 'payment-declined' }),
      'key-d: was declined with tok_slow',
    ],
    [
      'a duplicate charge',
      withLedger(({ charges }) => ({ charges: [...charges, ...charges.slice(0, 1)] })),
      'key-a: order id-a is charged 2 times',
    ],
    [
      'a charge above the total of its order',
      withLedger(({ charges }) => ({ charges: charges.map((charge) => ({ ...charge, amount: 501 })) })),
      'key-a: order id-a costs 500 EUR, but is charged 501 EUR',
    ],
    [
      'a confirmed order without a charge',
      withLedger(({ charges }) => ({ charges: charges.slice(1) })),
      'key-a: order id-a is confirmed but not paid',
    ],
    [
      'a captured charge of a cancelled order',
      withLedger(({ charges }) => ({
        charges: charges.map((charge) =>
          charge.key === 'id-d' ? { ...charge, outcome: 'captured' } : charge,
        ),
      })),
      'order id-d: is not confirmed, but its charge is captured',
    ],
    [
      'an authorized charge that is neither captured nor voided',
      withLedger(({ charges }) => ({
        charges: charges.map((charge) =>
          charge.key === 'id-d' ? { ...charge, outcome: 'authorized' } : charge,
        ),
      })),
      'order id-d: its charge is authorized, but neither captured nor voided',
    ],
    [
      'a payment whose status differs from the provider',
      withLedger(({ charges }) => ({
        charges: charges.map((charge) => (charge.key === 'id-d' ? { ...charge, outcome: 'voided' } : charge)),
      })),
      'order id-d: its payment is refunded, but the provider has voided',
    ],
    [
      'a declined order whose payment never reached the provider',
      withOrder('id-d', { reason: 'payment-declined', token: 'tok_lost' }),
      'key-d: was declined with tok_lost',
    ],
    [
      'a payment without an outcome',
      withLedger(({ payments }) => ({
        payments: payments.map((one) => ({ ...one, status: 'authorizing' })),
      })),
      'order id-a: its payment is authorizing, but the provider has captured',
    ],
    [
      'a charge without a payment',
      withLedger(({ payments }) => ({ payments: payments.slice(1) })),
      'order id-a: is charged without a payment',
    ],
    [
      'a missing unit of stock',
      withLedger(() => ({ stock: [{ productId: 'bolt', stock: 7 }] })),
      'Bolt: started with 10, but has 7 and 2 settled',
    ],
    [
      'a negative stock',
      withLedger(() => ({ stock: [{ productId: 'bolt', stock: -1 }] })),
      'Bolt: its stock is -1',
    ],
    [
      'a unit that is sold twice',
      withLedger(({ orders }) => ({ orders: [...orders, { ...order, id: 'id-x', key: 'key-x' }] })),
      'Bolt: 2 are settled, but 4 are in confirmed orders',
    ],
    [
      'an open reservation',
      withLedger(({ reservations }) => ({
        reservations: reservations.map((one) => (one.orderId === 'id-d' ? { ...one, state: 'open' } : one)),
      })),
      'order id-d: its reservation is open',
    ],
    [
      'a reservation without an order',
      withLedger(({ reservations }) => ({
        reservations: [...reservations, { orderId: 'id-x', state: 'released', lines: [] }],
      })),
      'order id-x: does not exist, but its reservation is released',
    ],
    [
      'a cancelled order whose stock was not released',
      withLedger(({ reservations }) => ({
        reservations: reservations.map((one) =>
          one.orderId === 'id-b' ? { ...one, state: 'settled' } : one,
        ),
      })),
      'order id-b: is cancelled, but its reservation is settled',
    ],
    [
      'an order without a reservation',
      withLedger(({ reservations }) => ({ reservations: reservations.slice(1) })),
      'key-a: order id-a has no reservation',
    ],
    [
      'an event that was lost before the topic',
      withLedger(({ events }) => ({ events: events.slice(1) })),
      'key-a: is confirmed, but published as confirmed',
    ],
    [
      'reordered events',
      withLedger(({ events: [placed, confirmed, ...others] }) => ({
        events: [confirmed, placed, ...others].flatMap((event) => event ?? []),
      })),
      'key-a: is confirmed, but published as confirmed, placed',
    ],
    [
      'an event that was not applied',
      withLedger(({ notifications }) => ({ notifications: notifications.slice(1) })),
      'event id-a-placed (placed, order id-a): has 0 notifications',
    ],
    [
      'an event that was applied twice',
      withLedger(({ notifications }) => ({
        notifications: [...notifications, ...notifications.slice(0, 1)],
      })),
      'event id-a-placed (placed, order id-a): has 2 notifications',
    ],
    [
      'an applied event that is not in the inbox',
      withLedger(({ inboxEventIds }) => ({ inboxEventIds: inboxEventIds.slice(1) })),
      'event id-a-placed (placed, order id-a): is in the inbox 0 times',
    ],
    [
      'a notification without an event',
      withLedger(({ notifications }) => ({
        notifications: [...notifications, { id: 'x', orderId: 'id-a', text: '' }],
      })),
      'notification x: is for order id-a, but has no event',
    ],
    ['an outbox that is not empty', withLedger(() => ({ outboxLength: 2 })), '2 events are in the outbox'],
    ['a dead letter', withLedger(() => ({ deadLetters: ['x'] })), 'event x: is dead-lettered'],
    [
      'a total that differs from the answer',
      withOrder('id-a', { amount: 400 }),
      'key-a: the ledger has [[{"productId":"bolt","quantity":2,"amount":250}],400,"EUR"]',
    ],
    [
      'an order that exists although it was refused',
      withLedger(({ orders }) => ({ orders: [...orders, { ...order, id: 'id-c', key: 'key-c' }] })),
      'key-c: was refused, but order id-c is confirmed',
    ],
    [
      'a refusal that the plan does not explain',
      withAnswer(2, { status: 401, code: 'invalid-token', attempts: 1 }),
      'key-c: received 401 invalid-token for tok_ok',
    ],
    [
      'a known payment token that is refused as unknown',
      withAnswer(2, { status: 422, code: 'unknown-payment-token', attempts: 1 }),
      'key-c: received 422 unknown-payment-token for tok_ok',
    ],
  ];

  test.each(VIOLATIONS)('%s', (_, evidence, line) => {
    expect(findViolations(evidence)).toContain(line);
  });

  test('an order without an answer', () => {
    const evidence = validEvidence();
    expect(findViolations({ ...evidence, answers: evidence.answers.slice(0, 4) })).toContain(
      'key-e: received no response',
    );
  });

  test('a crashed process', () => {
    expect(findViolations({ ...validEvidence(), crashes: ['order: uncaught exception'] })).toEqual([
      'order: uncaught exception',
    ]);
  });

  test('an answer with other items', () => {
    const { answers } = validEvidence();
    const [first] = answers;
    if (!first?.order) throw new Error('the sample has no answer');
    const items = first.order.items.map((item) => ({ ...item, quantity: 3 }));
    const wrong = findViolations(withAnswer(0, { ...first, order: { ...first.order, items } }));
    expect(wrong).toEqual([expect.stringContaining('key-a: the response was')]);
  });
});
