import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EndpointPick, NonEmptyList } from '../../../../services/kit/balance/endpoint-pick.ts';
import { hash } from '../../../../services/kit/balance/hash.ts';
import { createMaglevTable, maglev, SKIP_SEED } from '../../../../services/kit/balance/maglev.ts';
import { type EndpointId, ringHash } from '../../../../services/kit/balance/ring-hash.ts';
import { counts, hosts } from './endpoints.ts';

const KEYS = Array.from({ length: 20_000 }, (_, index) => hash(`customer-${index}`));

/** `list` without the host at `index`. */
function without<T>(list: NonEmptyList<T>, index: number): NonEmptyList<T> {
  const [first, ...rest] = list.toSpliced(index, 1);
  if (first === undefined) throw new Error('nothing would be left');
  return [first, ...rest];
}

function moved(before: EndpointPick<EndpointId>, after: EndpointPick<EndpointId>, gone: string): number {
  return KEYS.filter((key) => before(key, 0).id !== gone && before(key, 0).id !== after(key, 0).id).length;
}

describe.each([
  ['ring', ringHash<EndpointId>],
  ['Maglev', maglev<EndpointId>],
])('%s', (_, build) => {
  test('a key goes to the same host, whatever the order of the list', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.array(fc.nat()), (size, keys) => {
        const [pick, again] = [build(hosts(size)), build(hosts(size))];
        for (const key of keys) expect(pick(key, 0).id).toBe(again(key, 0).id);
      }),
      { numRuns: 20 },
    );
  });

  test('another attempt ends at another host', () => {
    const pick = build(hosts(5));
    for (const key of KEYS.slice(0, 200)) {
      const found = new Set(Array.from({ length: 20 }, (_, attempt) => pick(key, attempt).id));
      expect(found.size).toBeGreaterThan(1);
    }
  });
});

test('ring: when a host goes, no key of another host moves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.nat(), (size, some) => {
      const list = hosts(size);
      const index = some % size;
      // A multiple of both sizes, so that each host keeps its points.
      const points = size * (size - 1) * 8;
      const rest = without(list, index);
      const before = ringHash(list, points);
      const after = ringHash(rest, (points / size) * rest.length);
      expect(moved(before, after, list[index]?.id ?? '')).toBe(0);
    }),
    { numRuns: 30 },
  );
});

/** Part of the keys that another host has once the one at `index` is gone. */
function movedShare(
  list: NonEmptyList<EndpointId>,
  index: number,
  pointsOf: (hosts: NonEmptyList<EndpointId>) => number,
): number {
  const rest = without(list, index);
  const [before, after] = [ringHash(list, pointsOf(list)), ringHash(rest, pointsOf(rest))];
  return KEYS.filter((key) => before(key, 0).id !== after(key, 0).id).length / KEYS.length;
}

test('ring: when a host goes, at most one and a half times its share of the keys moves, if others keep their points', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.nat(), (size, some) => {
      // 256 points make a share vary by a sixteenth, keys by less.
      const share = movedShare(hosts(size), some % size, ({ length }) => 256 * length);
      expect(share).toBeLessThanOrEqual(1.5 / size);
    }),
    { numRuns: 25 },
  );
});

test('ring: when a host goes and the ring keeps its size, at most two and a half times its share moves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.nat(), (size, some) => {
      expect(movedShare(hosts(size), some % size, () => 65_536)).toBeLessThanOrEqual(2.5 / size);
    }),
    { numRuns: 25 },
  );
});

test('ring: the order of the hosts says nothing', () => {
  const list = hosts(9);
  const [first, ...rest] = list.toReversed();
  const [pick, reversed] = [ringHash(list), ringHash([first ?? list[0], ...rest])];
  for (const key of KEYS) expect(pick(key, 0).id).toBe(reversed(key, 0).id);
});

test('Maglev: the table is the one of the paper', () => {
  /** Pseudocode 1 of the paper. */
  function published(ids: readonly string[], size: number): readonly number[] {
    const entry: number[] = Array.from({ length: size }, () => -1);
    const next = ids.map(() => 0);
    for (let n = 0; ; ) {
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i] ?? '';
        const wanted = () =>
          ((hash(id) % size) + (next[i] ?? 0) * ((hash(id, SKIP_SEED) % (size - 1)) + 1)) % size;
        while (entry[wanted()] !== -1) next[i] = (next[i] ?? 0) + 1;
        entry[wanted()] = i;
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

test('Maglev: 50 hosts have even shares, and few keys move when one goes', () => {
  const list = hosts(50);
  const shares = counts(
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
  const gone = KEYS.filter((key) => before(key, 0) === list[7]).length;
  expect((gone + moved(before, after, list[7]?.id ?? '')) / KEYS.length).toBeLessThan(1.5 / 50);
});

test('Maglev: when a host comes or goes, at most one and a half times its share of the entries moves', () => {
  const size = 65_537;
  const tableOf = (list: readonly EndpointId[]) => {
    const ids = list.map(({ id }) => id);
    return Array.from(createMaglevTable(ids, size), (owner) => ids[owner]);
  };
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 50 }), fc.nat(), (count, some) => {
      const list = hosts(count);
      const [before, after] = [tableOf(list), tableOf(without(list, some % count))];
      const moved = before.filter((owner, entry) => owner !== after[entry]).length;
      expect(moved / size).toBeLessThanOrEqual(1.5 / count);
    }),
    { numRuns: 25 },
  );
});
