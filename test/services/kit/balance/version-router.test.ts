import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Balance } from '../../../../mesh/policy/balance.ts';
import { createKeyReader } from '../../../../services/kit/balance/hash-key.ts';
import { ringHash } from '../../../../services/kit/balance/ring-hash.ts';
import { createVersionRouter } from '../../../../services/kit/balance/version-router.ts';
import { createEndpoints } from './endpoints.ts';

const HEADER = { name: 'x-canary', value: '1' };
const HASH: Balance = { kind: 'consistent-hash', by: { header: 'x-user' } };
const request = (headers: Readonly<Record<string, string>> = {}) => ({
  readHeader: (name: string) => headers[name],
});
const users = Array.from({ length: 20_000 }, (_, index) => request({ 'x-user': `user-${index}` }));

const weights = fc
  .array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 6 })
  .filter((list) => list.some((weight) => weight > 0));
const versions = (list: readonly number[]) => list.map((weight, index) => ({ name: `v${index}`, weight }));

describe('law: a call is routed', () => {
  test('to each version by weight, and never to a version with weight 0', () => {
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(weights, draw, (list, drawnPoint) => {
        const total = list.reduce((sum, weight) => sum + weight, 0);
        const routed = createVersionRouter(versions(list), undefined, () => drawnPoint)(request());
        const index = Number(routed?.slice(1));
        const before = list.slice(0, index).reduce((sum, weight) => sum + weight, 0);
        expect(list[index]).toBeGreaterThan(0);
        expect(before).toBeLessThanOrEqual(drawnPoint * total);
        expect(before + (list[index] ?? 0)).toBeGreaterThanOrEqual(drawnPoint * total);
      }),
    );
  });

  test('to the version that a header selects, whatever the weights and the balancing', () => {
    const balances: readonly Balance[] = [
      { kind: 'round-robin' },
      { kind: 'weighted-round-robin', weights: { v1: 9, v2: 1 } },
      HASH,
    ];
    for (const balance of balances) {
      const pick = createVersionRouter(
        [
          { name: 'v1', weight: 100 },
          { name: 'v2', weight: 0, header: HEADER },
        ],
        balance,
      );
      expect(pick(request({ 'x-canary': '1' }))).toBe('v2');
      expect(pick(request({ 'x-canary': '2' }))).not.toBe('v2');
    }
  });
});

test('with weighted round robin, a call without the header is routed to any version', () => {
  const balance: Balance = { kind: 'weighted-round-robin', weights: { v1: 9, v2: 1 } };
  expect(createVersionRouter(versions([50, 50]), balance)(request())).toBeUndefined();
});

describe('with a consistent hash', () => {
  test('each version gets its share of the keys, and a key stays with its version', () => {
    const pick = createVersionRouter(versions([80, 20]), HASH);
    const routed = users.map(pick);
    const share = routed.filter((version) => version === 'v0').length / users.length;
    // Five standard deviations.
    expect(Math.abs(share - 0.8)).toBeLessThan(5 * Math.sqrt((0.8 * 0.2) / users.length));
    expect(users.map(pick)).toEqual(routed);
  });

  test('law: no more keys move than the weights do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (from, to) => {
        const [before, after] = [from, to].map((weight) =>
          createVersionRouter(versions([100 - weight, weight]), HASH),
        );
        const sample = users.slice(0, 2_000);
        const moved = sample.filter((user) => before?.(user) !== after?.(user)).length;
        const allowed = Math.abs(from - to) / 100;
        const deviation = Math.sqrt((allowed * (1 - allowed)) / sample.length);
        expect(moved / sample.length).toBeLessThanOrEqual(allowed + 6 * deviation);
      }),
    );
  });

  test('the keys of one version are spread over all of its endpoints', () => {
    const version = createVersionRouter(versions([99, 1]), HASH);
    const key = createKeyReader<ReturnType<typeof request>>(HASH, (one, header) => one.readHeader(header));
    const pick = ringHash(createEndpoints(4));
    const canaries = users.filter((user) => version(user) === 'v1');
    const routed = new Map<string, number>();
    for (const user of canaries) {
      const { id } = pick(key(user), 0);
      routed.set(id, (routed.get(id) ?? 0) + 1);
    }
    expect(routed.size).toBe(4);
    for (const times of routed.values()) expect(times).toBeGreaterThan(canaries.length / 8);
  });

  test('a request without the header is routed to any version', () => {
    const pick = createVersionRouter(versions([50, 50]), HASH);
    expect(new Set(Array.from({ length: 200 }, () => pick(request()))).size).toBe(2);
  });
});
