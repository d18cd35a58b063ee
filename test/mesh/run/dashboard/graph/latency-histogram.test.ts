import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LatencyHistogram } from '../../../../../mesh/run/dashboard/graph/latency-histogram.ts';
import { propertyRuns } from '../../../../property-runs.ts';

/** From 0.05 ms to 9 minutes. */
const durations = fc.array(
  fc.double({ min: -1.3, max: 5.7, noNaN: true }).map((exponent) => 10 ** exponent),
  {
    minLength: 1,
    maxLength: 300,
  },
);

describe('percentiles', () => {
  test('are within 20 % of the exact ones, also of histograms that were added up', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (values, share, split) => {
        const histograms = [new LatencyHistogram(), new LatencyHistogram()] as const;
        for (const [at, value] of values.entries()) histograms[at < split % values.length ? 0 : 1].add(value);
        histograms[0].addAll(histograms[1]);
        const rank = Math.max(1, Math.ceil(share * values.length));
        const exact = values.toSorted((a, b) => a - b)[rank - 1] ?? 0;
        const ratio = (histograms[0].percentile(share) ?? 0) / exact;
        expect(ratio).toBeGreaterThan(0.8);
        expect(ratio).toBeLessThan(1.2);
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  test('of no values are null', () => {
    expect(new LatencyHistogram().percentile(0.5)).toBe(null);
  });

  test.each([0, -5, 1e-9, 1e12, Number.POSITIVE_INFINITY])(
    'are finite for a duration of %d ms',
    (duration) => {
      const histogram = new LatencyHistogram();
      histogram.add(duration);
      expect(Number.isFinite(histogram.percentile(0.99))).toBe(true);
    },
  );
});
