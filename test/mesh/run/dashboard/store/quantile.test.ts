import { expect, test } from '@jest/globals';
import { quantileOf } from '../../../../../mesh/run/dashboard/store/quantile.ts';

/*
 * Expected values are those of Prometheus' histogram_quantile.
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 */
test.each([
  ['is interpolated within its bucket', [1, 2, 4], [10, 10, 20, 0], 0.5, 2],
  ['is interpolated from 0 in the first bucket', [1, 2, 4], [10, 0, 0, 0], 0.25, 0.25],
  ['is the highest bound if it is above all bounds', [1, 2, 4], [0, 0, 0, 10], 0.99, 4],
  ['is the upper bound of a first bucket that is not above 0', [-1, 1], [10, 0, 0], 0.5, -1],
  ['ignores empty buckets', [1, 2, 4], [5, 0, 5, 0], 0.9, 3.6],
  ['at the end of a bucket is its bound', [1, 2, 4], [5, 0, 5, 0], 0.5, 1],
  ['of no values is null', [1, 2], [0, 0, 0], 0.5, null],
  ['without buckets is null', [], [], 0.5, null],
])('a quantile %s', (_, bounds, counts, share, expected) => {
  const value = quantileOf({ bounds, counts, sum: 0 }, share);
  if (expected === null) expect(value).toBe(null);
  else expect(value).toBeCloseTo(expected, 10);
});
