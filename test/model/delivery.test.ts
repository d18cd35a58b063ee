import { expect, test } from '@jest/globals';
import { type DeliveryMutant, deliveryModel } from './delivery-model.ts';
import { explore } from './explore.ts';

test('applies each event once and in order of its key, whichever member crashes at any step', () => {
  const { violation, states, ends } = explore(deliveryModel());
  expect(violation).toBeUndefined();
  // Guards against a model without transitions.
  expect(states).toBeGreaterThan(10_000);
  expect(ends).toBeGreaterThan(10);
});

test.each<readonly [DeliveryMutant, string]>([
  // Both mutants lose A1, which the model detects when A2 is applied.
  ['reads by row number instead of transaction order', 'A2 was applied before A1'],
  ['saves its position before the effect', 'A2 was applied before A1'],
  ['has no inbox', 'A1 was applied twice'],
  ['writes the inbox in a later transaction than the effect', 'A1 was applied twice'],
])('detects a consumer that %s', (mutant, problem) => {
  expect(explore(deliveryModel(mutant)).violation?.problem).toBe(problem);
});
