import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addHistograms,
  countAbove,
  type Histogram,
  quantile,
  subtractHistogram,
  totalCount,
} from '../../../../scripts/operate/rollout/histogram.ts';

const BOUNDS = [1, 2, 5, 10, 25, 50, 100, Number.POSITIVE_INFINITY];

function histogramOf(values: readonly number[]): Histogram {
  return BOUNDS.map((upTo) => ({ upTo, count: values.filter((value) => value <= upTo).length }));
}

const VALUES = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 200 });

test('interpolates a quantile linearly within its bucket', () => {
  // 90 observations of at most 1 ms, 10 between 5 and 10 ms.
  const histogram = histogramOf([...Array(90).fill(0.5), ...Array(10).fill(7)]);
  expect(quantile(histogram, 0.5)).toBeCloseTo(50 / 90);
  expect(quantile(histogram, 0.95)).toBeCloseTo(7.5);
  expect(quantile(histogram, 0.99)).toBeCloseTo(9.5);
});

test('returns no quantile without observations, and the last bound for larger values', () => {
  expect(quantile(histogramOf([]), 0.99)).toBeUndefined();
  expect(quantile([], 0.99)).toBeUndefined();
  expect(quantile(histogramOf([500, 600]), 0.99)).toBe(100);
});

test('returns a quantile in the bucket of the exact value', () => {
  fc.assert(
    fc.property(VALUES, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
      fc.pre(values.length > 0);
      const sorted = values.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0;
      const index = BOUNDS.findIndex((bound) => exact <= bound);
      const estimate = quantile(histogramOf(values), share) ?? Number.NaN;
      expect(estimate).toBeGreaterThanOrEqual(BOUNDS[index - 1] ?? 0);
      expect(estimate).toBeLessThanOrEqual(Math.min(BOUNDS[index] ?? 0, 100));
    }),
  );
});

test('counts observations above a bound exactly, and interpolates within a bucket', () => {
  fc.assert(
    fc.property(VALUES, fc.constantFrom(...BOUNDS.slice(0, -1)), (values, bound) => {
      expect(countAbove(histogramOf(values), bound)).toBe(values.filter((value) => value > bound).length);
    }),
  );
  expect(countAbove(histogramOf([...Array(90).fill(0.5), ...Array(10).fill(7)]), 7.5)).toBe(5);
  expect(countAbove(histogramOf([500]), 150)).toBe(1);
});

test('subtracts and adds histograms', () => {
  fc.assert(
    fc.property(VALUES, VALUES, (earlier, between) => {
      const both = histogramOf([...earlier, ...between]);
      expect(subtractHistogram(both, histogramOf(earlier))).toEqual(histogramOf(between));
      expect(subtractHistogram(both, [])).toEqual(both);
      expect(addHistograms([histogramOf(earlier), histogramOf(between)])).toEqual(both);
      expect(totalCount(addHistograms([both, []]))).toBe(earlier.length + between.length);
    }),
  );
});
