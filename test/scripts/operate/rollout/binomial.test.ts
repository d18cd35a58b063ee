import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  binomialInterval,
  distribution,
  probabilityOfAtLeast,
} from '../../../../scripts/operate/rollout/binomial.ts';

// Computed with exact fractions.
test.each([
  [2_000, 0.1, 157, 245],
  [2_000, 0.5, 926, 1_074],
  [2_000, 0.01, 7, 36],
  [2_000, 0.99, 1_964, 1_993],
  [100, 0.05, 0, 13],
  [10, 0.5, 0, 10],
  [2_000, 0, 0, 0],
  [2_000, 1, 2_000, 2_000],
  [0, 0.5, 0, 0],
])('computes the 99.9 %% interval of %i trials with chance %f as %i to %i', (trials, chance, min, max) => {
  expect(binomialInterval(trials, chance, 0.999)).toEqual({ min, max });
});

test.each([
  [5, 100, 0.01, 0.003432321587754515],
  [4, 100, 0.01, 0.018374036444649657],
  [8, 500, 0.01, 0.1323198661318107],
  [150, 2_000, 0.05, 9.607772856693257e-7],
  [0, 100, 0.01, 1],
  [101, 100, 0.01, 0],
])(
  'computes the probability of %i or more of %i with chance %f as %f',
  (successes, trials, chance, probability) => {
    expect(probabilityOfAtLeast(successes, trials, chance)).toBeCloseTo(probability, 12);
  },
);

const TRIALS = fc.integer({ min: 0, max: 1_000 });
const CHANCE = fc.double({ min: 0, max: 1, noNaN: true });
const CONFIDENCE = fc.double({ min: 0.5, max: 0.9999, noNaN: true });
const ROUNDING = 1e-9;

test('computes the smallest interval whose tails do not exceed the confidence', () => {
  fc.assert(
    fc.property(TRIALS, CHANCE, CONFIDENCE, (trials, chance, confidence) => {
      const tail = (1 - confidence) / 2;
      const { min, max } = binomialInterval(trials, chance, confidence);
      const sum = (from: number, to: number) =>
        distribution(trials, chance)
          .slice(from, to)
          .reduce((total, probability) => total + probability, 0);
      expect(sum(0, min)).toBeLessThanOrEqual(tail + ROUNDING);
      expect(sum(max + 1, trials + 1)).toBeLessThanOrEqual(tail + ROUNDING);
      if (min < trials) expect(sum(0, min + 1)).toBeGreaterThan(tail - ROUNDING);
      if (max > 0) expect(sum(max, trials + 1)).toBeGreaterThan(tail - ROUNDING);
    }),
  );
});

test('computes probabilities that add up to one and mirror those of the complementary chance', () => {
  fc.assert(
    fc.property(TRIALS, CHANCE, (trials, chance) => {
      const probabilities = distribution(trials, chance);
      expect(probabilities.reduce((total, one) => total + one, 0)).toBeCloseTo(1, 8);
      const others = distribution(trials, 1 - chance).toReversed();
      const apart = probabilities.map((probability, index) => Math.abs(probability - (others[index] ?? 0)));
      expect(apart.reduce((max, one) => Math.max(max, one), 0)).toBeLessThan(ROUNDING);
    }),
  );
});
