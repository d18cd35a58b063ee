import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OutlierDetection } from '../../../../mesh/policy/call-policy.ts';
import { type EndpointHealth, OutlierDetector } from '../../../../services/kit/balance/outlier-detector.ts';

const SECOND = 1_000;
const createEndpoints = (count: number): readonly EndpointHealth[] =>
  Array.from({ length: count }, () => ({ consecutiveErrors: 0, ejectionCount: 0, ejectedAt: undefined }));
const findEjected = (endpoints: readonly EndpointHealth[]) =>
  endpoints.filter(({ ejectedAt }) => ejectedAt !== undefined);

function open(count: number, detection: Partial<OutlierDetection> = {}) {
  const endpoints = createEndpoints(count);
  const [first = { consecutiveErrors: 0, ejectionCount: 0, ejectedAt: undefined }] = endpoints;
  const detector = new OutlierDetector({ consecutiveErrors: 2, maxEjectionPercent: 50, ...detection });
  const fail = (endpoint: EndpointHealth, now = 0) => detector.report(endpoint, true, endpoints, now);
  return { endpoints, first, detector, fail };
}

test('ejects an endpoint after the configured number of consecutive errors', () => {
  const { endpoints, first, detector, fail } = open(4);
  expect(fail(first)).toBe(false);
  detector.report(first, false, endpoints, 0);
  expect(fail(first)).toBe(false);
  expect(fail(first)).toBe(true);
  expect(detector.filterUsable(endpoints)).toEqual(endpoints.slice(1));
  // Results of requests in flight do not eject it twice.
  expect(fail(first)).toBe(false);
});

test('the ejection time grows with each ejection and shrinks while the endpoint is healthy', () => {
  const { endpoints, first, detector, fail } = open(4, { baseEjectionTime: '10s' });
  const outage = (from: number) => {
    fail(first, from);
    fail(first, from);
    for (let now = from; ; now += SECOND) if (detector.sweep(endpoints, now).length > 0) return now - from;
  };
  expect([outage(0), outage(100_000), outage(200_000)]).toEqual([10_000, 20_000, 30_000]);
  detector.sweep(endpoints, 300_000);
  detector.sweep(endpoints, 301_000);
  expect(outage(400_000)).toBe(20_000);
});

test('no ejection lasts longer than 5 minutes', () => {
  const { endpoints, first, detector, fail } = open(4, { baseEjectionTime: '200s' });
  for (let time = 0; time < 5; time++) {
    fail(first, 0);
    fail(first, 0);
    expect(detector.sweep(endpoints, 199_999)).toEqual([]);
    expect(detector.sweep(endpoints, 300_000)).toEqual([first]);
  }
});

test('errors before the ejection do not count after it', () => {
  const { endpoints, first, detector, fail } = open(4, { baseEjectionTime: '1s' });
  fail(first);
  fail(first);
  detector.sweep(endpoints, SECOND);
  expect(fail(first)).toBe(false);
});

describe('maxEjectionPercent', () => {
  test.each([
    [3, 10, 0],
    [3, 50, 1],
    [4, 50, 2],
    [10, 10, 1],
  ])('of %i endpoints, %i %% ejects at most %i', (count, maxEjectionPercent, expected) => {
    const { endpoints, fail } = open(count, { maxEjectionPercent, consecutiveErrors: 1 });
    for (const endpoint of endpoints) fail(endpoint);
    expect(findEjected(endpoints)).toHaveLength(expected);
  });

  test('100 % may eject all endpoints', () => {
    const { endpoints, detector, fail } = open(3, { maxEjectionPercent: 100, consecutiveErrors: 1 });
    for (const endpoint of endpoints) fail(endpoint);
    expect(detector.filterUsable(endpoints)).toEqual([]);
  });

  test('below minHealthPercent all endpoints are used again', () => {
    const { endpoints, detector, fail } = open(4, {
      maxEjectionPercent: 100,
      consecutiveErrors: 1,
      minHealthPercent: 50,
    });
    const [a, b, c] = endpoints;
    for (const endpoint of [a, b]) if (endpoint) fail(endpoint);
    expect(detector.filterUsable(endpoints)).toHaveLength(2);
    if (c) fail(c);
    expect(detector.filterUsable(endpoints)).toEqual(endpoints);
  });
});

test('law: never ejects more than maxEjectionPercent or an endpoint twice, and always ejects if it may', () => {
  const step = fc.record({
    endpoint: fc.nat({ max: 9 }),
    failed: fc.boolean(),
    after: fc.nat({ max: 1_000 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      // Includes percentages that a whole number of endpoints reaches exactly.
      fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(10, 20, 25, 50)),
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 200 }),
      (count, maxEjectionPercent, consecutiveErrors, steps) => {
        const endpoints = createEndpoints(count);
        const detector = new OutlierDetector({
          consecutiveErrors,
          maxEjectionPercent,
          baseEjectionTime: '5s',
        });
        let now = 0;
        for (const { endpoint: index, failed, after } of steps) {
          now += after;
          detector.sweep(endpoints, now);
          const endpoint = endpoints[index % count];
          if (!endpoint) continue;
          const before = findEjected(endpoints);
          const ejected = detector.report(endpoint, failed, endpoints, now);
          expect(ejected).toBe(findEjected(endpoints).length > before.length);
          expect((100 * findEjected(endpoints).length) / count).toBeLessThanOrEqual(maxEjectionPercent);
          const mayEject = (100 * (before.length + 1)) / count <= maxEjectionPercent;
          if (mayEject && !before.includes(endpoint) && endpoint.consecutiveErrors >= consecutiveErrors)
            expect(ejected).toBe(true);
          if (ejected) {
            expect(failed).toBe(true);
            expect(before).not.toContain(endpoint);
          }
        }
      },
    ),
  );
});
