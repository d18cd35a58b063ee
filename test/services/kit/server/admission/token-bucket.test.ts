import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TokenBucket } from '../../../../../services/kit/server/admission/token-bucket.ts';

test('admits a burst, then requests at the rate', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 3 }, 0);
  expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 0]);
  expect(bucket.take(0)).toBeCloseTo(100);
  expect(bucket.take(40)).toBeCloseTo(60);
  expect(bucket.take(101)).toBe(0);
  expect(bucket.take(102)).toBeGreaterThan(0);
});

test('never admits more than the burst plus the rate', () => {
  const rate = fc.record({
    perSecond: fc.integer({ min: 1, max: 1_000 }),
    burst: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(rate, fc.array(fc.integer({ min: 0, max: 500 })), (rules, gaps) => {
      const bucket = new TokenBucket(rules, 0);
      let now = 0;
      let admitted = 0;
      for (const gap of gaps) {
        now += gap;
        if (bucket.take(now) === 0) admitted++;
        expect(admitted).toBeLessThanOrEqual(rules.burst + (now / 1_000) * rules.perSecond + 1e-6);
      }
    }),
  );
});
