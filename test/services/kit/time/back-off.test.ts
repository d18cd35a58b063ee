import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BackOff, backOffMs } from '../../../../services/kit/time/back-off.ts';

test('pauses grow by the factor up to the maximum, and start again after a reset', () => {
  const backOff = new BackOff({ minMs: 50, maxMs: 300 });
  expect([1, 2, 3, 4, 5].map(() => backOff.next())).toEqual([50, 100, 200, 300, 300]);
  backOff.reset();
  expect(backOff.next()).toBe(50);
});

test('a pause that was limited to less continues from that limit', () => {
  const backOff = new BackOff({ minMs: 5, maxMs: 5_000, factor: 4 });
  expect([1, 2, 3, 4, 5, 6].map(() => backOff.next(100))).toEqual([5, 20, 80, 100, 100, 100]);
  expect(backOff.next()).toBe(320);
});

test('a back-off that lasts for years never exceeds its maximum', () => {
  expect(backOffMs({ minMs: 100, maxMs: 2_000 }, 100_000)).toBe(2_000);
});

test.each([
  ['full', 0],
  ['equal', 0.5],
] as const)('with %s jitter a pause is at least %d of its exponential value', (jitter, share) => {
  fc.assert(
    fc.property(fc.nat(20), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const settings = { minMs: 25, maxMs: 250 };
      const largest = backOffMs(settings, failures);
      const pauseMs = backOffMs({ ...settings, jitter, random: () => random }, failures);
      expect(pauseMs).toBeGreaterThanOrEqual(largest * share);
      expect(pauseMs).toBeLessThanOrEqual(largest);
    }),
  );
});
