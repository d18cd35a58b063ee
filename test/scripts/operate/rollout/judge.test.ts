import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_CANARY_OBJECTIVE } from '../../../../mesh/policy/canary-objective.ts';
import type { Inbound } from '../../../../scripts/operate/rollout/inbound.ts';
import { figuresOf, findObjectiveViolations, limitsOf } from '../../../../scripts/operate/rollout/judge.ts';

const BOUNDS = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, Number.POSITIVE_INFINITY];

/** Returns requests of which `slow` take `slowMs` and the others `fastMs`. */
function inbound(requests: number, { errors = 0, slow = 0, fastMs = 1.5, slowMs = 90 } = {}): Inbound {
  return {
    requests,
    errors,
    latency: BOUNDS.map((upTo) => ({
      upTo,
      count: (fastMs <= upTo ? requests - slow : 0) + (slowMs <= upTo ? slow : 0),
    })),
  };
}

const reasons = (canary: Inbound, baseline: Inbound) =>
  findObjectiveViolations(canary, baseline, DEFAULT_CANARY_OBJECTIVE, 'v1');

test('derives limits from the baseline and the objective', () => {
  const baseline = inbound(1_000, { errors: 5 });
  expect(figuresOf(baseline)).toMatchObject({ errorPercent: 0.5, requests: 1_000, errors: 5 });
  expect(figuresOf(baseline).p99).toBeCloseTo(1.99);
  expect(limitsOf(baseline, DEFAULT_CANARY_OBJECTIVE).errorPercent).toBe(1.5);
  expect(limitsOf(baseline, DEFAULT_CANARY_OBJECTIVE).p99).toBeCloseTo(1.99 * 1.5 + 5);
  expect(limitsOf(inbound(0), DEFAULT_CANARY_OBJECTIVE)).toEqual({ errorPercent: 1, p99: undefined });
});

test('rejects a version that fails 5 percent, with the figures', () => {
  expect(reasons(inbound(500, { errors: 25 }), inbound(9_500))).toEqual([
    '5 % of its requests failed (25 of 500), 0 % of the requests to v1 (0 of 9500), and the limit is 1 %',
  ]);
});

test('accepts as many errors as the baseline has', () => {
  expect(reasons(inbound(500, { errors: 25 }), inbound(9_500, { errors: 475 }))).toEqual([]);
});

test('accepts two failures of a hundred, which chance explains, and rejects five', () => {
  expect(reasons(inbound(100, { errors: 2 }), inbound(9_900))).toEqual([]);
  expect(reasons(inbound(100, { errors: 5 }), inbound(9_900))).toHaveLength(1);
});

test('rejects a slow version, with the figures', () => {
  const [reason, ...others] = reasons(inbound(500, { slow: 25 }), inbound(9_500));
  expect(others).toEqual([]);
  expect(reason).toBe(
    'its p99 is 90.0 ms, the p99 of v1 is 2.0 ms, and the limit is 8.0 ms (exceeded by 25 of 500 requests)',
  );
});

test('accepts two slow requests of a hundred, which chance explains', () => {
  expect(reasons(inbound(100, { slow: 2 }), inbound(9_900))).toEqual([]);
});

test('accepts a version within the slack of the p99', () => {
  expect(reasons(inbound(500, { fastMs: 4.5 }), inbound(9_500))).toEqual([]);
});

test('accepts any version that is at least as good as the baseline', () => {
  const some = fc.record({
    requests: fc.integer({ min: 1, max: 2_000 }),
    errors: fc.double({ min: 0, max: 1, noNaN: true }),
    slow: fc.double({ min: 0, max: 1, noNaN: true }),
    better: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(some, ({ requests, errors, slow, better }) => {
      const part = (share: number) => Math.floor(requests * share);
      const baseline = inbound(requests, { errors: part(errors), slow: part(slow) });
      const canary = inbound(requests, { errors: part(errors * better), slow: part(slow * better) });
      expect(reasons(canary, baseline)).toEqual([]);
    }),
  );
});

test('rejects a version with more errors than a rejected one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), fc.nat(1_000), fc.nat(1_000), (requests, a, b) => {
      const [fewer, more] = [Math.min(a, b, requests), Math.min(Math.max(a, b), requests)];
      fc.pre(reasons(inbound(requests, { errors: fewer }), inbound(1_000)).length > 0);
      expect(reasons(inbound(requests, { errors: more }), inbound(1_000))).not.toEqual([]);
    }),
  );
});
