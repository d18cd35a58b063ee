import { expect, test } from '@jest/globals';
import { peakEwma, recordLatency } from '../../../../services/kit/balance/peak-ewma.ts';

const endpoint = (latency: number, active = 0) => ({
  activeRequests: active,
  latencyMs: latency,
  measuredAt: 0,
});

test('a longer response time counts at once, a shorter one exponentially with time', () => {
  const one = endpoint(10);
  recordLatency(one, 100, 0, '10s');
  expect(one.latencyMs).toBe(100);
  recordLatency(one, 0, 10_000, '10s');
  expect(one.latencyMs).toBeCloseTo(100 / Math.E);
  recordLatency(one, 0, 100_000, '10s');
  expect(one.latencyMs).toBeLessThan(0.01);
});

test.each([
  ['the faster of two idle endpoints', endpoint(5), endpoint(50)],
  ['the endpoint with the lower product of latency and load', endpoint(50, 0), endpoint(20, 5)],
  ['an endpoint without a request', endpoint(0, 0), endpoint(5, 0)],
  ['any measured endpoint before one that is busy with its first request', endpoint(500, 3), endpoint(0, 1)],
])('picks %s', (_, better, worse) => {
  let drawCount = 0;
  const picks = (order: readonly number[]) =>
    peakEwma([better, worse], () => (order[drawCount++ % 2] ?? 0) / 2);
  expect(picks([0, 1])(0, 0)).toBe(better);
  expect(picks([1, 0])(0, 0)).toBe(better);
});
