import { expect, test } from '@jest/globals';
import type { Version } from '../../../../mesh/graph/version.ts';
import type { Load } from '../../../../scripts/operate/load/load.ts';
import { type Inbound, NO_INBOUND } from '../../../../scripts/operate/rollout/inbound.ts';
import { formatShares, measureShares } from '../../../../scripts/operate/rollout/shares.ts';

const V1: Version = { name: 'v1', weight: 90 };
const V2: Version = { name: 'v2', weight: 10, settings: { WEFT_CATALOGUE: 'cached' } };

const received = (v1: number, v2: number): ReadonlyMap<string, Inbound> =>
  new Map([
    ['v1', { ...NO_INBOUND, requests: v1 }],
    ['v2', { ...NO_INBOUND, requests: v2 }],
  ]);
const load = (sent: number, marks: Load['marks'] = {}): Load => ({
  sent,
  marks,
  statuses: { 200: sent },
  failures: [],
  latencies: [],
});

test('accepts a share within the interval, and rejects one outside', () => {
  const holds = (v2: number) =>
    measureShares([V1, V2], load(2_000), received(2_000 - v2, v2)).map((s) => s.holds);
  expect(holds(157)).toEqual([true, true]);
  expect(holds(245)).toEqual([true, true]);
  expect(holds(156)).toEqual([false, false]);
  expect(holds(246)).toEqual([false, false]);
});

test('rejects any request to a version of weight 0', () => {
  const versions = [
    { ...V1, weight: 100 },
    { ...V2, weight: 0 },
  ];
  expect(measureShares(versions, load(100), received(100, 0)).every(({ holds }) => holds)).toBe(true);
  expect(measureShares(versions, load(100), received(99, 1)).every(({ holds }) => holds)).toBe(false);
});

test('compares the responses of a version with its weight', () => {
  const shares = measureShares(
    [V1, V2],
    load(2_000, { availability: 400, none: 1_600 }),
    received(1_800, 200),
  );
  expect(shares[2]).toMatchObject({ requestedPercent: 10, count: 400, total: 2_000, holds: false });
});

test('counts requests beyond those sent as copies, and excludes copies from shares', () => {
  const versions = [V1, { ...V2, mirrorPercent: 50 }];
  const shares = measureShares(versions, load(2_000), received(1_800, 1_200));
  expect(shares).toMatchObject([
    { what: 'v1', count: 1_800, total: 2_000, holds: true },
    { what: 'v2', count: 200, total: 2_000, holds: true },
    { what: 'requests mirrored to v2', requestedPercent: 50, count: 1_000, total: 2_000, holds: true },
  ]);
  expect(measureShares(versions, load(2_000), received(1_800, 200))[2]).toMatchObject({
    count: 0,
    holds: false,
  });
});

test('rejects a share without requests', () => {
  const [share] = measureShares([V1, V2], load(0), new Map());
  expect(share).toMatchObject({ count: 0, total: 0, holds: false });
});

test('formats requested and measured shares as a table', () => {
  const lines = formatShares(measureShares([V1, V2], load(2_000), received(1_700, 300)));
  expect(lines).toEqual([
    '    requested  measured         count  99.9 % interval',
    'v1       90 %   85.00 %  1700 of 2000     1755 to 1843  OUT OF RANGE',
    'v2       10 %   15.00 %   300 of 2000       157 to 245  OUT OF RANGE',
  ]);
});
