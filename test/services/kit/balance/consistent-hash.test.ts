import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EndpointPick, NonEmptyList } from '../../../../services/kit/balance/endpoint-pick.ts';
import { hash } from '../../../../services/kit/balance/hash.ts';
import { createMaglevTable, maglev, SKIP_SEED } from '../../../../services/kit/balance/maglev.ts';
import { type EndpointId, ringHash } from '../../../../services/kit/balance/ring-hash.ts';
import { countPicks, createEndpoints } from './endpoints.ts';

const KEYS = Array.from({ length: 20_000 }, (_, index) => hash(`customer-${index}`));

/** Returns `list` without the endpoint at `index`. */
function without<T>(list: NonEmptyList<T>, index: number): NonEmptyList<T> {
  const [first, ...rest] = list.toSpliced(index, 1);
  if (first === undefined) throw new Error('the list must have at least two elements');
  return [first, ...rest];
}

function countMoved(
  before: EndpointPick<EndpointId>,
  after: EndpointPick<EndpointId>,
  removedId: string,
): number {
  return KEYS.filter((key) => before(key, 0).id !== removedId && before(key, 0).id !== after(key, 0).id)
    .length;
}

describe.each([
  ['ring', ringHash<EndpointId>],
  ['Maglev', maglev<EndpointId>],
])('%s', (_, build) => {
  test('a key maps to the same endpoint in two balancers over the same list', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.array(fc.nat()), (size, keys) => {
        const [pick, again] = [build(createEndpoints(size)), build(createEndpoints(size))];
        for (const key of keys) expect(pick(key, 0).id).toBe(again(key, 0).id);
      }),
      { numRuns: 20 },
    );
  });

  test('later rounds pick other endpoints', () => {
    const pick = build(createEndpoints(5));
    for (const key of KEYS.slice(0, 200)) {
      const picked = new Set(Array.from({ length: 20 }, (_, attempt) => pick(key, attempt).id));
      expect(picked.size).toBeGreaterThan(1);
    }
  });
});

test('ring: removing an endpoint moves no key of another endpoint', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.nat(), (size, seed) => {
      const list = createEndpoints(size);
      const index = seed % size;
      // A multiple of both sizes, so that each endpoint keeps its points.
      const points = size * (size - 1) * 8;
      const rest = without(list, index);
      const before = ringHash(list, points);
      const after = ringHash(rest, (points / size) * rest.length);
      expect(countMoved(before, after, list[index]?.id ?? '')).toBe(0);
    }),
    { numRuns: 30 },
  );
});

/** Returns the share of the keys that move when the endpoint at `index` is removed. */
function movedShare(
  list: NonEmptyList<EndpointId>,
  index: number,
  pointsOf: (createEndpoints: NonEmptyList<EndpointId>) => number,
): number {
  const rest = without(list, index);
  const [before, after] = [ringHash(list, pointsOf(list)), ringHash(rest, pointsOf(rest))];
  return KEYS.filter((key) => before(key, 0).id !== after(key, 0).id).length / KEYS.length;
}

test('ring: removing an endpoint moves at most 1.5 times its share of the keys if others keep their points', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.nat(), (size, seed) => {
      // With 256 points, the standard deviation of a share is a sixteenth; that of the keys is smaller.
      const share = movedShare(createEndpoints(size), seed % size, ({ length }) => 256 * length);
      expect(share).toBeLessThanOrEqual(1.5 / size);
    }),
    { numRuns: 25 },
  );
});

test('ring: removing an endpoint moves at most 2.5 times its share of the keys if the ring keeps its size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.nat(), (size, seed) => {
      expect(movedShare(createEndpoints(size), seed % size, () => 65_536)).toBeLessThanOrEqual(2.5 / size);
    }),
    { numRuns: 25 },
  );
});

test('ring: the order of the list does not matter', () => {
  const list = createEndpoints(9);
  const [first, ...rest] = list.toReversed();
  const [pick, reversed] = [ringHash(list), ringHash([first ?? list[0], ...rest])];
  for (const key of KEYS) expect(pick(key, 0).id).toBe(reversed(key, 0).id);
});

test('Maglev: the table is equal to that of the published algorithm', () => {
  /** Pseudocode 1 of the paper. */
  function published(ids: readonly string[], size: number): readonly number[] {
    const entry: number[] = Array.from({ length: size }, () => -1);
    const next = ids.map(() => 0);
    for (let n = 0; ; ) {
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i] ?? '';
        const candidate = () =>
          ((hash(id) % size) + (next[i] ?? 0) * ((hash(id, SKIP_SEED) % (size - 1)) + 1)) % size;
        while (entry[candidate()] !== -1) next[i] = (next[i] ?? 0) + 1;
        entry[candidate()] = i;
        next[i] = (next[i] ?? 0) + 1;
        n++;
        if (n === size) return entry;
      }
    }
  }
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 12 }),
      fc.constantFrom(13, 251, 257, 1_009, 5_003),
      (ids, size) => {
        expect(Array.from(createMaglevTable(ids, size))).toEqual(published(ids, size));
      },
    ),
  );
});

test('Maglev: 50 endpoints have even shares, and removing one moves few keys', () => {
  const list = createEndpoints(50);
  const shares = countPicks(
    [
      ...createMaglevTable(
        list.map(({ id }) => id),
        65_537,
      ),
    ].map((owner) => ({ id: `${owner}` })),
  );
  expect(shares.size).toBe(50);
  expect(Math.max(...shares.values()) / (65_537 / 50)).toBeLessThan(1.02);

  const before = maglev(list);
  const after = maglev(without(list, 7));
  const removedId = KEYS.filter((key) => before(key, 0) === list[7]).length;
  expect((removedId + countMoved(before, after, list[7]?.id ?? '')) / KEYS.length).toBeLessThan(1.5 / 50);
});

test('Maglev: adding or removing an endpoint moves at most 1.5 times its share of the entries', () => {
  const size = 65_537;
  const tableOf = (list: readonly EndpointId[]) => {
    const ids = list.map(({ id }) => id);
    return Array.from(createMaglevTable(ids, size), (owner) => ids[owner]);
  };
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 50 }), fc.nat(), (count, seed) => {
      const list = createEndpoints(count);
      const [before, after] = [tableOf(list), tableOf(without(list, seed % count))];
      const countMoved = before.filter((owner, entry) => owner !== after[entry]).length;
      expect(countMoved / size).toBeLessThanOrEqual(1.5 / count);
    }),
    { numRuns: 25 },
  );
});
