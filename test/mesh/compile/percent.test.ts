import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toPercent } from '../../../mesh/compile/istio/destinations.ts';

test('converts weights to whole percents that add up to 100, each within 1 of its share', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 20 }), (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const percent = toPercent(weights);
      expect(percent.reduce((sum, share) => sum + share, 0)).toBe(100);
      for (const [index, share] of percent.entries()) {
        expect(Number.isInteger(share)).toBe(true);
        expect(Math.abs(share - ((weights[index] ?? 0) * 100) / total)).toBeLessThan(1);
      }
    }),
  );
});
