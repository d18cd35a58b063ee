import { expect, test } from '@jest/globals';
import { explore } from './explore.ts';
import { type SagaMutant, sagaModel } from './saga-model.ts';

test('whatever is killed and when, an order ends confirmed, paid once and sold, or cancelled, with all returned', () => {
  const { violation, states, ends } = explore(sagaModel());
  expect(violation).toBeUndefined();
  // So that a model in which nothing can happen is noticed.
  expect(states).toBeGreaterThan(10_000);
  expect(ends).toBeGreaterThan(10);
});

test.each<readonly [SagaMutant, string]>([
  ['authorizes without a key', 'money was taken 2 times'],
  ['lets an authorization through that comes after its cancellation', 'money of a cancelled order is held'],
  ['captures what was voided', 'a cancelled order is paid'],
  ['leaves an authorization when it cancels', 'money of a cancelled order is held'],
  [
    'lets an outcome that comes late move a payment back',
    'the payment of an order that is confirmed is authorized, the provider has captured',
  ],
  [
    'releases the stock before it returns the money',
    'the payment of an order that is cancelled is authorizing, the provider has none',
  ],
  ['moves an order whatever its state has become', 'an order that is settling has its money refunded'],
  ['reads the stock and writes it later', '2 units are held and 0 left, of 1'],
  ['looks for no reservation without an order', 'no good end can be reached any more'],
])('a saga that %s is caught', (mutant, problem) => {
  expect(explore(sagaModel(mutant)).violation?.problem).toBe(problem);
});
