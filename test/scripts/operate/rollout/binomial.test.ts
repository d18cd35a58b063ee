import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { atLeast, binomialInterval, distribution } from '../../../../scripts/operate/rollout/binomial.ts';

// Worked out in exact fractions.
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
])('of %i trials with chance %f, %i to %i succeed in 999 of 1,000 cases', (trials, chance, least, most) => {
  expect(binomialInterval(trials, chance, 0.999)).toEqual({ least, most });
});

test.each([
  [5, 100, 0.01, 0.003432321587754515],
  [4, 100, 0.01, 0.018374036444649657],
  [8, 500, 0.01, 0.1323198661318107],
  [150, 2_000, 0.05, 9.607772856693257e-7],
  [0, 100, 0.01, 1],
  [101, 100, 0.01, 0],
])('%i or more of %i with chance %f have the probability %f', (successes, trials, chance, probability) => {
  expect(atLeast(successes, trials, chance)).toBeCloseTo(probability, 12);
});

const TRIALS = fc.integer({ min: 0, max: 1_000 });
const CHANCE = fc.double({ min: 0, max: 1, noNaN: true });
const CONFIDENCE = fc.double({ min: 0.5, max: 0.9999, noNaN: true });
const ROUNDING = 1e-9;

test('an interval leaves out as much as it may on each side, and no more', () => {
  fc.assert(
    fc.property(TRIALS, CHANCE, CONFIDENCE, (trials, chance, confidence) => {
      const tail = (1 - confidence) / 2;
      const { least, most } = binomialInterval(trials, chance, confidence);
      const sum = (from: number, to: number) =>
        distribution(trials, chance)
          .slice(from, to)
          .reduce((total, probability) => total + probability, 0);
      expect(sum(0, least)).toBeLessThanOrEqual(tail + ROUNDING);
      expect(sum(most + 1, trials + 1)).toBeLessThanOrEqual(tail + ROUNDING);
      if (least < trials) expect(sum(0, least + 1)).toBeGreaterThan(tail - ROUNDING);
      if (most > 0) expect(sum(most, trials + 1)).toBeGreaterThan(tail - ROUNDING);
    }),
  );
});

test('probabilities add up to one, and failures are as likely as successes of the other chance', () => {
  fc.assert(
    fc.property(TRIALS, CHANCE, (trials, chance) => {
      const probabilities = distribution(trials, chance);
      expect(probabilities.reduce((total, one) => total + one, 0)).toBeCloseTo(1, 8);
      const others = distribution(trials, 1 - chance).toReversed();
      const apart = probabilities.map((probability, index) => Math.abs(probability - (others[index] ?? 0)));
      expect(apart.reduce((most, one) => Math.max(most, one), 0)).toBeLessThan(ROUNDING);
    }),
  );
});
