import { describe, expect, test } from '@jest/globals';
import type { Answer } from '../../../../scripts/lab/chaos/answer.ts';
import type { BookedOrder } from '../../../../scripts/lab/chaos/books.ts';
import type { Evidence } from '../../../../scripts/lab/chaos/check.ts';
import { checkBooks } from '../../../../scripts/lab/chaos/checks.ts';
import { rightEvidence, withBooks } from './sample-evidence.ts';

/** What is said to be wrong, by all checks. */
function wrongOf(evidence: Evidence): readonly string[] {
  return checkBooks(evidence).flatMap(({ wrong }) => wrong);
}

function withOrder(id: string, change: Partial<BookedOrder>): Evidence {
  return withBooks(({ orders }) => ({
    orders: orders.map((order) => (order.id === id ? { ...order, ...change } : order)),
  }));
}

function withAnswer(number: number, answer: Answer): Evidence {
  const evidence = rightEvidence();
  return { ...evidence, answers: evidence.answers.with(number, answer) };
}

const without =
  <T>(is: (thing: T) => boolean) =>
  (things: readonly T[]) =>
    things.filter((thing) => !is(thing));

test('books in which all is right have no contradiction, and every check counted something', () => {
  const findings = checkBooks(rightEvidence());
  expect(findings.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(findings.map(({ figure }) => figure)).toEqual([
    '201: 3, out-of-stock: 1, unknown-payment-token: 1',
    '3 answered, 4 in the books',
    '4 orders, 4 keys',
    '3 compared',
    '2 refused, 1 abandoned',
    '1 confirmed, 3 cancelled (1 abandoned)',
    '€5.00 held, €5.00 owed, 1 refunded',
    '3 payments, 3 at the provider',
    '2 pieces sold, 0 of 1 products sold out',
    '4 reservations, 0 open',
    '8 events',
    '8 notifications',
    '0 waiting, 0 put aside',
    '0 crashes, 0 kills',
  ]);
});

describe('wrong books are found out', () => {
  const order = rightEvidence().books.orders[0];
  if (!order) throw new Error('the sample has no order');
  const WRONG: readonly (readonly [string, Evidence, string])[] = [
    [
      'an order that was answered is lost',
      withBooks(({ orders }) => ({ orders: without<BookedOrder>(({ id }) => id === 'id-b')(orders) })),
      'key-b: order id-b is not there',
    ],
    [
      'an order has the key of another',
      withOrder('id-b', { key: 'key-c' }),
      'key-b: order id-b has key key-c',
    ],
    [
      'two orders for one key',
      withBooks(({ orders }) => ({ orders: [...orders, { ...order, id: 'id-x' }] })),
      'key-a: has 2 orders',
    ],
    [
      'an order that nobody asked for',
      withBooks(({ orders }) => ({ orders: [...orders, { ...order, id: 'id-x', key: 'key-x' }] })),
      'key-x: nobody asked for it',
    ],
    ['an order that goes on for ever', withOrder('id-a', { state: 'settling' }), 'key-a: is settling'],
    [
      'an order that is confirmed though its payment was declined',
      withOrder('id-b', { state: 'confirmed' }),
      'key-b: is confirmed, with tok_declined',
    ],
    [
      'an order that is declined though its payment is good',
      withOrder('id-d', { reason: 'payment-declined' }),
      'key-d: was declined, with tok_slow',
    ],
    [
      'a charge twice',
      withBooks(({ charges }) => ({ charges: [...charges, ...charges.slice(0, 1)] })),
      'key-a: order id-a is charged 2 times',
    ],
    [
      'a charge of too much',
      withBooks(({ charges }) => ({ charges: charges.map((charge) => ({ ...charge, amount: 501 })) })),
      'key-a: order id-a is of 500 EUR, charged 501 EUR',
    ],
    [
      'a confirmed order that nobody paid',
      withBooks(({ charges }) => ({ charges: charges.slice(1) })),
      'key-a: order id-a is confirmed and not paid',
    ],
    [
      'money kept of a cancelled order',
      withBooks(({ charges }) => ({
        charges: charges.map((charge) =>
          charge.key === 'id-d' ? { ...charge, outcome: 'captured' } : charge,
        ),
      })),
      'order id-d: is not confirmed, and its money is kept',
    ],
    [
      'money that is authorized and neither captured nor given back',
      withBooks(({ charges }) => ({
        charges: charges.map((charge) =>
          charge.key === 'id-d' ? { ...charge, outcome: 'authorized' } : charge,
        ),
      })),
      'order id-d: its money is authorized, and neither captured nor given back',
    ],
    [
      'a payment that is behind the provider',
      withBooks(({ charges }) => ({
        charges: charges.map((charge) => (charge.key === 'id-d' ? { ...charge, outcome: 'voided' } : charge)),
      })),
      'order id-d: its payment is refunded, the provider has voided',
    ],
    [
      'an order that is declined though the provider never heard of it',
      withOrder('id-d', { reason: 'payment-declined', token: 'tok_lost' }),
      'key-d: was declined, with tok_lost',
    ],
    [
      'a payment without an outcome',
      withBooks(({ payments }) => ({ payments: payments.map((one) => ({ ...one, status: 'authorizing' })) })),
      'order id-a: its payment is authorizing, the provider has captured',
    ],
    [
      'a charge that the payment service knows nothing of',
      withBooks(({ payments }) => ({ payments: payments.slice(1) })),
      'order id-a: is charged without a payment',
    ],
    [
      'a piece that is gone',
      withBooks(() => ({ stock: [{ productId: 'bolt', stock: 7 }] })),
      'Bolt: 10 were there; 7 are left, 2 taken',
    ],
    [
      'a stock below nothing',
      withBooks(() => ({ stock: [{ productId: 'bolt', stock: -1 }] })),
      'Bolt: its stock is -1',
    ],
    [
      'a piece sold twice',
      withBooks(({ orders }) => ({ orders: [...orders, { ...order, id: 'id-x', key: 'key-x' }] })),
      'Bolt: 2 were taken, 4 are in confirmed orders',
    ],
    [
      'a reservation that is open',
      withBooks(({ reservations }) => ({
        reservations: reservations.map((one) => (one.orderId === 'id-d' ? { ...one, state: 'open' } : one)),
      })),
      'order id-d: its reservation is open',
    ],
    [
      'a reservation without an order',
      withBooks(({ reservations }) => ({
        reservations: [...reservations, { orderId: 'id-x', state: 'released', lines: [] }],
      })),
      'order id-x: is not there, its reservation is released',
    ],
    [
      'a cancelled order whose stock was not given back',
      withBooks(({ reservations }) => ({
        reservations: reservations.map((one) =>
          one.orderId === 'id-b' ? { ...one, state: 'settled' } : one,
        ),
      })),
      'order id-b: is cancelled, its reservation settled',
    ],
    [
      'an order without a reservation',
      withBooks(({ reservations }) => ({ reservations: reservations.slice(1) })),
      'key-a: order id-a has no reservation',
    ],
    [
      'an event that was lost on the way to the topic',
      withBooks(({ events }) => ({ events: events.slice(1) })),
      'key-a: is confirmed, announced as confirmed',
    ],
    [
      'events in the wrong order',
      withBooks(({ events: [placed, confirmed, ...others] }) => ({
        events: [confirmed, placed, ...others].flatMap((event) => event ?? []),
      })),
      'key-a: is confirmed, announced as confirmed, placed',
    ],
    [
      'an event that was not applied',
      withBooks(({ notifications }) => ({ notifications: notifications.slice(1) })),
      'event id-a-placed: placed of order id-a was told 0 times',
    ],
    [
      'an event that was applied twice',
      withBooks(({ notifications }) => ({ notifications: [...notifications, ...notifications.slice(0, 1)] })),
      'event id-a-placed: placed of order id-a was told 2 times',
    ],
    [
      'an event that is not remembered',
      withBooks(({ received }) => ({ received: received.slice(1) })),
      'event id-a-placed: placed of order id-a is remembered 0 times',
    ],
    [
      'a notification of nothing',
      withBooks(({ notifications }) => ({
        notifications: [...notifications, { id: 'x', orderId: 'id-a', text: '' }],
      })),
      'notification x: of order id-a, has no event',
    ],
    ['an outbox that is not empty', withBooks(() => ({ outbox: 2 })), '2 events wait in the outbox'],
    ['a dead letter', withBooks(() => ({ deadLetters: ['x'] })), 'event x: was put aside'],
    [
      'another total than was told',
      withOrder('id-a', { amount: 400 }),
      'key-a: the books have [[{"productId":"bolt","quantity":2,"amount":250}],400,"EUR"]',
    ],
    [
      'an order of somebody who was refused',
      withBooks(({ orders }) => ({ orders: [...orders, { ...order, id: 'id-c', key: 'key-c' }] })),
      'key-c: was refused, and order id-c is confirmed',
    ],
    [
      'a refusal that the order does not deserve',
      withAnswer(2, { status: 401, code: 'invalid-token', tries: 1 }),
      'key-c: 401 invalid-token for tok_ok',
    ],
    [
      'a token that is refused though it is known',
      withAnswer(2, { status: 422, code: 'unknown-payment-token', tries: 1 }),
      'key-c: 422 unknown-payment-token for tok_ok',
    ],
  ];

  test.each(WRONG)('%s', (_, evidence, line) => {
    expect(wrongOf(evidence)).toContain(line);
  });

  test('an order that was never answered', () => {
    const evidence = rightEvidence();
    expect(wrongOf({ ...evidence, answers: evidence.answers.slice(0, 4) })).toContain(
      'key-e: was never answered',
    );
  });

  test('a process that an error ended', () => {
    expect(wrongOf({ ...rightEvidence(), crashes: ['order: uncaught exception'] })).toEqual([
      'order: uncaught exception',
    ]);
  });

  test('an answer that told other items', () => {
    const { answers } = rightEvidence();
    const [first] = answers;
    if (!first?.order) throw new Error('the sample has no answer');
    const items = first.order.items.map((item) => ({ ...item, quantity: 3 }));
    const wrong = wrongOf(withAnswer(0, { ...first, order: { ...first.order, items } }));
    expect(wrong).toEqual([expect.stringContaining('key-a: was answered')]);
  });
});
