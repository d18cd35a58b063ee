import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { weightedRoundRobin } from '../../../../services/kit/balance/weighted-round-robin.ts';
import { counts, hosts } from './endpoints.ts';

const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 });
const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function open(of: readonly number[], starts: readonly number[]) {
  const list = hosts(of.length);
  const weight = new Map(list.map(({ id }, index) => [id, of[index] ?? 1]));
  let drawn = 0;
  const pick = weightedRoundRobin(
    list,
    ({ id }) => weight.get(id) ?? 1,
    () => starts[drawn++ % starts.length] ?? 0,
  );
  return { pick, weight };
}

test('law: of as many picks in a row as the weights add up to, each host gets its weight, wherever they begin', () => {
  fc.assert(
    fc.property(weights, fc.array(part, { minLength: 1 }), fc.nat({ max: 500 }), (of, starts, before) => {
      const { pick, weight } = open(of, starts);
      for (let turn = 0; turn < before; turn++) pick(0, 0);
      const total = of.reduce((sum, one) => sum + one, 0);
      const found = counts(Array.from({ length: total }, () => pick(0, 0)));
      expect(found).toEqual(weight);
    }),
  );
});

test('law: turns are spread: a host waits for its period, and one turn of each other more at most', () => {
  fc.assert(
    fc.property(weights, fc.array(part, { minLength: 1 }), (of, starts) => {
      const { pick, weight } = open(of, starts);
      const total = of.reduce((sum, one) => sum + one, 0);
      const last = new Map<string, number>();
      for (let turn = 0; turn < total * 3; turn++) {
        const { id } = pick(0, 0);
        // Between two of its turns each other host has its share of that time, and one turn more at most.
        const longest = Math.ceil(total / (weight.get(id) ?? 1)) + of.length;
        expect(turn - (last.get(id) ?? turn)).toBeLessThanOrEqual(longest);
        last.set(id, turn);
      }
    }),
  );
});

test('hosts of one weight take turns', () => {
  const { pick } = open([5, 5, 5], [0.3, 0.9, 0.1]);
  const order = Array.from({ length: 9 }, () => pick(0, 0).id);
  expect(new Set(order.slice(0, 3)).size).toBe(3);
  expect(order.slice(3, 6)).toEqual(order.slice(0, 3));
});
