import { expect, test } from '@jest/globals';
import { type DeliveryMutant, deliveryModel } from './delivery-model.ts';
import { explore } from './explore.ts';

test('whatever is killed and when, each event is applied once, in the order of its key', () => {
  const { violation, states, ends } = explore(deliveryModel());
  expect(violation).toBeUndefined();
  // So that a model in which nothing can happen is noticed.
  expect(states).toBeGreaterThan(10_000);
  expect(ends).toBeGreaterThan(10);
});

test.each<readonly [DeliveryMutant, string]>([
  // In both A1 is lost, and seen to be when A2 comes.
  ['reads what has a higher number than the last', 'A2 was applied before A1'],
  ['saves its position before the effect', 'A2 was applied before A1'],
  ['has no inbox', 'A1 was applied twice'],
  ['writes the inbox after the effect, in another transaction', 'A1 was applied twice'],
])('a consumer that %s is caught', (mutant, problem) => {
  expect(explore(deliveryModel(mutant)).violation?.problem).toBe(problem);
});
