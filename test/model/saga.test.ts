import { expect, test } from '@jest/globals';
import { explore } from './explore.ts';
import { type SagaMutant, sagaModel } from './saga-model.ts';

test('ends each order confirmed and paid once, or cancelled with stock and money returned, whichever process crashes', () => {
  const { violation, states, ends } = explore(sagaModel());
  expect(violation).toBeUndefined();
  // Guards against a model without transitions.
  expect(states).toBeGreaterThan(10_000);
  expect(ends).toBeGreaterThan(10);
});

test.each<readonly [SagaMutant, string]>([
  ['authorizes without a key', 'money was captured 2 times'],
  ['accepts an authorization after its cancellation', 'money of a cancelled order is held'],
  ['captures a voided authorization', 'a cancelled order is paid'],
  ['keeps an authorization when it cancels', 'money of a cancelled order is held'],
  [
    'lets a late outcome reset a payment',
    'the payment of an order that is confirmed is authorized, the provider has captured',
  ],
  [
    'releases the stock before it refunds the money',
    'the payment of an order that is cancelled is authorizing, the provider has none',
  ],
  ['moves an order without comparing its state', 'an order that is settling has its money refunded'],
  ['reads and writes the stock in separate statements', '2 units are reserved and 0 in stock, of 1'],
  ['ignores reservations without an order', 'no final state is reachable'],
])('detects a saga that %s', (mutant, problem) => {
  expect(explore(sagaModel(mutant)).violation?.problem).toBe(problem);
});
