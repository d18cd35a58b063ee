import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { weightedRoundRobin } from '../../../../services/kit/balance/weighted-round-robin.ts';
import { countPicks, createEndpoints } from './endpoints.ts';

const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 });
const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function open(of: readonly number[], starts: readonly number[]) {
  const list = createEndpoints(of.length);
  const weight = new Map(list.map(({ id }, index) => [id, of[index] ?? 1]));
  let drawCount = 0;
  const pick = weightedRoundRobin(
    list,
    ({ id }) => weight.get(id) ?? 1,
    () => starts[drawCount++ % starts.length] ?? 0,
  );
  return { pick, weight };
}

test('law: in each round every endpoint is picked as often as its weight, wherever the round starts', () => {
  fc.assert(
    fc.property(weights, fc.array(part, { minLength: 1 }), fc.nat({ max: 500 }), (of, starts, before) => {
      const { pick, weight } = open(of, starts);
      for (let turn = 0; turn < before; turn++) pick(0, 0);
      const total = of.reduce((sum, one) => sum + one, 0);
      const counts = countPicks(Array.from({ length: total }, () => pick(0, 0)));
      expect(counts).toEqual(weight);
    }),
  );
});

test('law: picks of an endpoint are at most its period plus one turn of each other endpoint apart', () => {
  fc.assert(
    fc.property(weights, fc.array(part, { minLength: 1 }), (of, starts) => {
      const { pick, weight } = open(of, starts);
      const total = of.reduce((sum, one) => sum + one, 0);
      const lastTurns = new Map<string, number>();
      for (let turn = 0; turn < total * 3; turn++) {
        const { id } = pick(0, 0);
        // Between two picks, each other endpoint has its share of the time and at most one extra turn.
        const maxGap = Math.ceil(total / (weight.get(id) ?? 1)) + of.length;
        expect(turn - (lastTurns.get(id) ?? turn)).toBeLessThanOrEqual(maxGap);
        lastTurns.set(id, turn);
      }
    }),
  );
});

test('endpoints of equal weight take turns', () => {
  const { pick } = open([5, 5, 5], [0.3, 0.9, 0.1]);
  const order = Array.from({ length: 9 }, () => pick(0, 0).id);
  expect(new Set(order.slice(0, 3)).size).toBe(3);
  expect(order.slice(3, 6)).toEqual(order.slice(0, 3));
});
