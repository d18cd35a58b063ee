import { expect, test } from '@jest/globals';
import { observeLatency, peakEwma } from '../../../../services/kit/balance/peak-ewma.ts';

const host = (latency: number, active = 0) => ({ active, latency, answeredAt: 0 });

test('a longer time counts at once, a shorter one as much as the time that went by', () => {
  const one = host(10);
  observeLatency(one, 100, 0, '10s');
  expect(one.latency).toBe(100);
  observeLatency(one, 0, 10_000, '10s');
  expect(one.latency).toBeCloseTo(100 / Math.E);
  observeLatency(one, 0, 100_000, '10s');
  expect(one.latency).toBeLessThan(0.01);
});

test.each([
  ['the quicker of two that are free', host(5), host(50)],
  ['the one that will be free first', host(50, 0), host(20, 5)],
  ['one that was never asked', host(0, 0), host(5, 0)],
  ['another than one that is asked for the first time', host(500, 3), host(0, 1)],
])('picks %s', (_, better, worse) => {
  let drawn = 0;
  const picks = (order: readonly number[]) => peakEwma([better, worse], () => (order[drawn++ % 2] ?? 0) / 2);
  expect(picks([0, 1])(0, 0)).toBe(better);
  expect(picks([1, 0])(0, 0)).toBe(better);
});
