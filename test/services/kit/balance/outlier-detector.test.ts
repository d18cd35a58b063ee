import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OutlierDetection } from '../../../../mesh/policy/call-policy.ts';
import { type EndpointHealth, OutlierDetector } from '../../../../services/kit/balance/outlier-detector.ts';

const SECOND = 1_000;
const fresh = (count: number): readonly EndpointHealth[] =>
  Array.from({ length: count }, () => ({ consecutiveErrors: 0, ejectionCount: 0, ejectedAt: undefined }));
const out = (hosts: readonly EndpointHealth[]) => hosts.filter(({ ejectedAt }) => ejectedAt !== undefined);

function world(count: number, detection: Partial<OutlierDetection> = {}) {
  const hosts = fresh(count);
  const [first = { consecutiveErrors: 0, ejectionCount: 0, ejectedAt: undefined }] = hosts;
  const detector = new OutlierDetector({ consecutiveErrors: 2, maxEjectionPercent: 50, ...detection });
  const fail = (host: EndpointHealth, now = 0) => detector.report(host, true, hosts, now);
  return { hosts, first, detector, fail };
}

test('as many errors in a row as the policy says eject a host', () => {
  const { hosts, first, detector, fail } = world(4);
  expect(fail(first)).toBe(false);
  detector.report(first, false, hosts, 0);
  expect(fail(first)).toBe(false);
  expect(fail(first)).toBe(true);
  expect(detector.filterUsable(hosts)).toEqual(hosts.slice(1));
  // Answers of what was under way do not eject it twice.
  expect(fail(first)).toBe(false);
});

test('a host comes back after its time, which grows with each ejection and shrinks while it is well', () => {
  const { hosts, first, detector, fail } = world(4, { baseEjectionTime: '10s' });
  const outage = (from: number) => {
    fail(first, from);
    fail(first, from);
    for (let now = from; ; now += SECOND) if (detector.sweep(hosts, now).length > 0) return now - from;
  };
  expect([outage(0), outage(100_000), outage(200_000)]).toEqual([10_000, 20_000, 30_000]);
  detector.sweep(hosts, 300_000);
  detector.sweep(hosts, 301_000);
  expect(outage(400_000)).toBe(20_000);
});

test('no ejection lasts longer than 5 minutes', () => {
  const { hosts, first, detector, fail } = world(4, { baseEjectionTime: '200s' });
  for (let time = 0; time < 5; time++) {
    fail(first, 0);
    fail(first, 0);
    expect(detector.sweep(hosts, 199_999)).toEqual([]);
    expect(detector.sweep(hosts, 300_000)).toEqual([first]);
  }
});

test('errors from before do not count after the return', () => {
  const { hosts, first, detector, fail } = world(4, { baseEjectionTime: '1s' });
  fail(first);
  fail(first);
  detector.sweep(hosts, SECOND);
  expect(fail(first)).toBe(false);
});

describe('how many may be out', () => {
  test.each([
    [3, 10, 0],
    [3, 50, 1],
    [4, 50, 2],
    [10, 10, 1],
  ])('of %i hosts, %i %%: %i', (count, maxEjectionPercent, expected) => {
    const { hosts, fail } = world(count, { maxEjectionPercent, consecutiveErrors: 1 });
    for (const host of hosts) fail(host);
    expect(out(hosts)).toHaveLength(expected);
  });

  test('all, when the policy says so; then none is left', () => {
    const { hosts, detector, fail } = world(3, { maxEjectionPercent: 100, consecutiveErrors: 1 });
    for (const host of hosts) fail(host);
    expect(detector.filterUsable(hosts)).toEqual([]);
  });

  test('below the least share of healthy hosts all are used again', () => {
    const { hosts, detector, fail } = world(4, {
      maxEjectionPercent: 100,
      consecutiveErrors: 1,
      minHealthPercent: 50,
    });
    const [a, b, c] = hosts;
    for (const host of [a, b]) if (host) fail(host);
    expect(detector.filterUsable(hosts)).toHaveLength(2);
    if (c) fail(c);
    expect(detector.filterUsable(hosts)).toEqual(hosts);
  });
});

test('law: whatever happens, no more hosts are out than the share, no host twice, and each that may be', () => {
  const step = fc.record({ host: fc.nat({ max: 9 }), failed: fc.boolean(), after: fc.nat({ max: 1_000 }) });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      // Shares that some hosts make exactly, too.
      fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(10, 20, 25, 50)),
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 200 }),
      (count, maxEjectionPercent, consecutiveErrors, steps) => {
        const hosts = fresh(count);
        const detector = new OutlierDetector({
          consecutiveErrors,
          maxEjectionPercent,
          baseEjectionTime: '5s',
        });
        let now = 0;
        for (const { host: index, failed, after } of steps) {
          now += after;
          detector.sweep(hosts, now);
          const host = hosts[index % count];
          if (!host) continue;
          const before = out(hosts);
          const ejected = detector.report(host, failed, hosts, now);
          expect(ejected).toBe(out(hosts).length > before.length);
          expect((100 * out(hosts).length) / count).toBeLessThanOrEqual(maxEjectionPercent);
          const mayBe = (100 * (before.length + 1)) / count <= maxEjectionPercent;
          if (mayBe && !before.includes(host) && host.consecutiveErrors >= consecutiveErrors)
            expect(ejected).toBe(true);
          if (ejected) {
            expect(failed).toBe(true);
            expect(before).not.toContain(host);
          }
        }
      },
    ),
  );
});
