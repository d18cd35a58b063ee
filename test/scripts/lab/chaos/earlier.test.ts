import { expect, test } from '@jest/globals';
import { checkBooks } from '../../../../scripts/lab/chaos/checks.ts';
import { NOTHING, since, unapplied } from '../../../../scripts/lab/chaos/earlier.ts';
import { rightEvidence } from './sample-evidence.ts';

const evidence = rightEvidence();
const books = evidence.books;
/** What another run left, of which nothing is right. */
const earlier = {
  ...NOTHING,
  orders: books.orders.map((order) => ({ ...order, id: `old-${order.id}`, state: 'placed' })),
  charges: [{ key: 'old-money', outcome: 'captured', amount: 7, currency: 'EUR' }],
  reservations: [{ orderId: 'old-one', state: 'open', lines: [] }],
  payments: [{ orderId: 'old-one', status: 'captured' }],
  received: ['old-event'],
  deadLetters: ['old-dead'],
};
const both = {
  ...books,
  orders: [...earlier.orders, ...books.orders],
  charges: [...earlier.charges, ...books.charges],
  reservations: [...earlier.reservations, ...books.reservations],
  payments: [...earlier.payments, ...books.payments],
  events: [{ id: 'old-late', orderId: earlier.orders[0]?.id ?? '', kind: 'placed' }, ...books.events],
  received: [...earlier.received, ...books.received],
  deadLetters: [...earlier.deadLetters, ...books.deadLetters],
};

test('what was there before a run is left out of its books', () => {
  expect(since(earlier, both)).toEqual(books);
  expect(since(NOTHING, both)).toEqual(both);
});

test('money that was taken meanwhile for an order that is not there is not', () => {
  const taken = { key: 'nobody', outcome: 'captured', amount: 5, currency: 'EUR' };
  const found = since(earlier, { ...both, charges: [...both.charges, taken] });
  expect(found.charges).toContainEqual(taken);
  const wrong = checkBooks({ ...evidence, books: found }).flatMap((finding) => finding.wrong);
  expect(wrong.join()).toContain('nobody');
});

test('two events tell of each order', () => {
  expect(unapplied(books)).toBe(2 * books.orders.length - books.received.length);
  expect(unapplied(NOTHING)).toBe(0);
});
