import { expect, test } from '@jest/globals';
import { peakEwma, recordLatency } from '../../../../services/kit/balance/peak-ewma.ts';

const host = (latency: number, active = 0) => ({ activeRequests: active, latencyMs: latency, measuredAt: 0 });

test('a longer time counts at once, a shorter one as much as the time that went by', () => {
  const one = host(10);
  recordLatency(one, 100, 0, '10s');
  expect(one.latencyMs).toBe(100);
  recordLatency(one, 0, 10_000, '10s');
  expect(one.latencyMs).toBeCloseTo(100 / Math.E);
  recordLatency(one, 0, 100_000, '10s');
  expect(one.latencyMs).toBeLessThan(0.01);
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
