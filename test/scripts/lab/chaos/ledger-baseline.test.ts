import { expect, test } from '@jest/globals';
import { checkInvariants } from '../../../../scripts/lab/chaos/check-invariants.ts';
import {
  countUnappliedEvents,
  EMPTY_LEDGER,
  subtractBaseline,
} from '../../../../scripts/lab/chaos/ledger-baseline.ts';
import { validEvidence } from './sample-evidence.ts';

const evidence = validEvidence();
const { ledger } = evidence;
/** Rows of an earlier run, all of which would be violations. */
const baseline = {
  ...EMPTY_LEDGER,
  orders: ledger.orders.map((order) => ({ ...order, id: `old-${order.id}`, state: 'placed' })),
  charges: [{ key: 'old-money', outcome: 'captured', amount: 7, currency: 'EUR' }],
  reservations: [{ orderId: 'old-one', state: 'open', lines: [] }],
  payments: [{ orderId: 'old-one', status: 'captured' }],
  inboxEventIds: ['old-event'],
  deadLetters: ['old-dead'],
};
const combined = {
  ...ledger,
  orders: [...baseline.orders, ...ledger.orders],
  charges: [...baseline.charges, ...ledger.charges],
  reservations: [...baseline.reservations, ...ledger.reservations],
  payments: [...baseline.payments, ...ledger.payments],
  events: [{ id: 'old-late', orderId: baseline.orders[0]?.id ?? '', kind: 'placed' }, ...ledger.events],
  inboxEventIds: [...baseline.inboxEventIds, ...ledger.inboxEventIds],
  deadLetters: [...baseline.deadLetters, ...ledger.deadLetters],
};

test('subtracts rows from before the run', () => {
  expect(subtractBaseline(baseline, combined)).toEqual(ledger);
  expect(subtractBaseline(EMPTY_LEDGER, combined)).toEqual(combined);
});

test('keeps a new charge of an order that does not exist', () => {
  const stray = { key: 'nobody', outcome: 'captured', amount: 5, currency: 'EUR' };
  const changes = subtractBaseline(baseline, { ...combined, charges: [...combined.charges, stray] });
  expect(changes.charges).toContainEqual(stray);
  const violations = checkInvariants({ ...evidence, ledger: changes }).flatMap(
    (finding) => finding.violations,
  );
  expect(violations.join()).toContain('nobody');
});

test('expects two events for each order', () => {
  expect(countUnappliedEvents(ledger)).toBe(2 * ledger.orders.length - ledger.inboxEventIds.length);
  expect(countUnappliedEvents(EMPTY_LEDGER)).toBe(0);
});
