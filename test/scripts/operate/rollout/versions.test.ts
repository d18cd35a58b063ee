import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseVersions } from '../../../../charts/versions.ts';
import type { Version } from '../../../../mesh/graph/version.ts';
import {
  applyShift,
  parseShift,
  type ShiftWords,
} from '../../../../scripts/operate/rollout/shift-request.ts';
import { shiftWeights, splitByWeight } from '../../../../scripts/operate/rollout/shift-weights.ts';
import { replaceVersions } from '../../../../scripts/operate/rollout/versions-file.ts';

const V1: Version = { name: 'v1', weight: 100 };
const V2: Version = {
  name: 'v2',
  weight: 0,
  header: { name: 'x-canary', value: '1' },
  settings: { WEFT_CATALOGUE: 'cached' },
};
const VERSIONS = { product: [V1, V2] };
const FILE = `${JSON.stringify({ kind: VERSIONS, production: { order: [V1] } }, undefined, 2)}\n`;

const weightsOf = (versions: readonly Version[]) =>
  Object.fromEntries(versions.map(({ name, weight }) => [name, weight]));

describe('weights', () => {
  const three = (...weights: readonly number[]) =>
    weights.map((weight, index) => ({ name: `v${index + 1}`, weight }));

  test.each([
    [three(100, 0), { v2: 10 }, { v1: 90, v2: 10 }],
    [three(90, 10), { v2: 0 }, { v1: 100, v2: 0 }],
    [three(0, 100), { v2: 40 }, { v1: 60, v2: 40 }],
    [three(60, 30, 10), { v3: 40 }, { v1: 40, v2: 20, v3: 40 }],
    [three(50, 50, 0), { v3: 1 }, { v1: 50, v2: 49, v3: 1 }],
    [three(0, 0, 100), { v3: 50 }, { v1: 50, v2: 0, v3: 50 }],
    [three(60, 30, 10), { v1: 10, v2: 20, v3: 70 }, { v1: 10, v2: 20, v3: 70 }],
    [three(60, 40), {}, { v1: 60, v2: 40 }],
  ])('change from %j by %j to %j', (versions, requested, expected) => {
    expect(weightsOf(shiftWeights(versions, requested))).toEqual(expected);
  });

  test.each([
    [{ v9: 10 }, "version 'v9' does not exist: choose one of v1, v2, v3"],
    [{ v1: 101 }, 'weight 101 of v1'],
    [{ v1: -1 }, 'weight -1 of v1'],
    [{ v1: 0.5 }, 'weight 0.5 of v1'],
    [{ v1: 60, v2: 60 }, 'the sum of v1=60 v2=60 exceeds 100 percent'],
    [{ v1: 10, v2: 20, v3: 30 }, 'leaves 40 percent unassigned'],
  ])('reject %j', (requested, message) => {
    expect(() => shiftWeights(three(100, 0, 0), requested)).toThrow(message);
  });

  test('are whole, add up to 100, and include the requested one', () => {
    const some = fc.array(fc.nat(100), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(some, fc.nat(100), fc.nat(), (weights, percent, index) => {
        const name = `v${(index % weights.length) + 1}`;
        const shifted = shiftWeights(three(...weights), { [name]: percent });
        expect(weightsOf(shifted)[name]).toBe(percent);
        expect(shifted.every(({ weight }) => Number.isInteger(weight) && weight >= 0)).toBe(true);
        expect(shifted.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
      }),
    );
  });

  test('differ from the exact share by less than one', () => {
    const some = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(some, fc.nat(100), (weights, whole) => {
        const sum = weights.reduce((total, weight) => total + weight, 0);
        fc.pre(sum > 0);
        for (const [index, part] of splitByWeight(whole, weights).entries())
          expect(Math.abs(part - (whole * (weights[index] ?? 0)) / sum)).toBeLessThan(1);
      }),
    );
  });
});

describe('a request', () => {
  const parse = (words: ShiftWords) => parseShift(words, VERSIONS);

  test('has weights, a header and a mirror', () => {
    expect(parse({ words: ['product', 'v2=10'] })).toEqual({ service: 'product', weights: { v2: 10 } });
    expect(parse({ words: ['product', 'v2=0'], header: 'X-Canary: yes' })).toEqual({
      service: 'product',
      weights: { v2: 0 },
      header: { version: 'v2', name: 'x-canary', value: 'yes' },
    });
    expect(parse({ words: ['product'], mirror: 'v2=50', noHeader: true })).toEqual({
      service: 'product',
      weights: {},
      header: null,
      mirror: { version: 'v2', percent: 50 },
    });
  });

  test.each<readonly [ShiftWords, string]>([
    [{ words: [] }, 'no service is named: choose one of product'],
    [
      { words: ['produkt', 'v2=1'] },
      "service 'produkt' has no versions: choose one of product; did you mean 'product'?",
    ],
    [{ words: ['toString', 'v2=1'] }, "service 'toString' has no versions"],
    [{ words: ['product'] }, 'no change is requested: specify a version and its weight, as in v2=10'],
    [{ words: ['product', 'v3=10'] }, "version 'v3' does not exist: choose one of v1, v2"],
    [{ words: ['product', 'v2=101'] }, "'v2=101' must be VERSION=PERCENT"],
    [{ words: ['product', 'v2=-1'] }, "'v2=-1' must be VERSION=PERCENT"],
    [{ words: ['product', 'v2=1.5'] }, "'v2=1.5' must be VERSION=PERCENT"],
    [{ words: ['product', 'v2'] }, "'v2' must be VERSION=PERCENT"],
    [{ words: ['product', 'v2=1', 'v2=2'] }, 'v2 has two weights'],
    [{ words: ['product', 'v1=1', 'v2=2'] }, 'leaves 97 percent'],
    [{ words: ['product', 'v2=1'], header: 'x-canary' }, "--header 'x-canary' must be NAME:VALUE"],
    [{ words: ['product'], header: 'x-canary:1' }, '--header needs exactly one version'],
    [{ words: ['product', 'v1=9', 'v2=91'], header: 'a:1' }, '--header needs exactly one version'],
    [{ words: ['product', 'v2=1'], header: 'a:1', noHeader: true }, 'mutually exclusive'],
    [{ words: ['product'], mirror: 'v2' }, "'--mirror v2' must be VERSION=PERCENT"],
    [{ words: ['product'], mirror: 'v3=1' }, "version 'v3' does not exist"],
  ])('rejects %j: %s', (words, message) => {
    expect(() => parse(words)).toThrow(message);
  });
});

describe('the file', () => {
  const edit = (text: string, words: ShiftWords) => {
    const versions = JSON.parse(text).kind.product as readonly Version[];
    return replaceVersions(text, 'product', applyShift(versions, parseShift(words, { product: versions })))
      .text;
  };

  test('changes the requested fields only', () => {
    const changed = JSON.parse(edit(FILE, { words: ['product', 'v2=10'], mirror: 'v2=50' }));
    expect(changed).toEqual({
      kind: {
        product: [
          { ...V1, weight: 90 },
          { ...V2, weight: 10, mirrorPercent: 50 },
        ],
      },
      production: { order: [V1] },
    });
  });

  test('is byte-identical after a change and its reversal', () => {
    const there = edit(FILE, { words: ['product', 'v2=37'], mirror: 'v2=50', noHeader: true });
    expect(there).not.toBe(FILE);
    expect(edit(there, { words: ['product', 'v2=0'], mirror: 'v2=0', header: 'x-canary:1' })).toBe(FILE);
  });

  test('rejects an invalid value', () => {
    expect(() => replaceVersions('{"kind":{"product":3}}', 'product', [V1])).toThrow('kind.product is 3');
  });
});

test('rejects a truncated file with its name and a fix', () => {
  expect(() => parseVersions('{"kind": {')).toThrow(
    /^charts\/versions\.json is not JSON: .*; repair it, or restore it with git$/,
  );
});
