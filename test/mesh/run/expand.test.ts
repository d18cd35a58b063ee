import { describe, expect, test } from '@jest/globals';
import { expand } from '../../../mesh/run/expand.ts';
import { parseQuantity } from '../../../mesh/run/parse-quantity.ts';

const VARIABLES = new Map([
  ['A', 'a'],
  ['B', 'b'],
  ['EMPTY', ''],
  ['REFERENCE', '$(A)'],
  ['ESCAPE', '$$'],
  ['odd name.', 'odd'],
]);

test.each([
  ['', ''],
  ['plain', 'plain'],
  ['$(A)', 'a'],
  ['-$(A)-$(B)-', '-a-b-'],
  ['$(A)$(B)', 'ab'],
  ['[$(EMPTY)]', '[]'],
  ['$(odd name.)', 'odd'],
  // Inserted values are not expanded again.
  ['$(REFERENCE)', '$(A)'],
  ['$(ESCAPE)', '$$'],
  // Escapes.
  ['$$', '$'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$a'],
  ['$$$$(A)', '$$(A)'],
  ['$$$$$(A)', '$$a'],
  ['$$$', '$$'],
  ['US$$5', 'US$5'],
  // No references.
  ['US$5', 'US$5'],
  ['$A', '$A'],
  ['$ {A}', '$ {A}'],
  ['${', '${'],
  ['$', '$'],
  ['a$', 'a$'],
  ['$?_$!', '$?_$!'],
  ['\\$(A)', '\\a'],
  // Unknown references, and those without an end.
  ['$(UNKNOWN)', '$(UNKNOWN)'],
  ['$(A )', '$(A )'],
  ['$()', '$()'],
  ['$(A', '$(A'],
  ['$($$', '$($'],
  ['$($(A))', '$($(A))'],
  ['$(A\n)', '$(A\n)'],
])('the kubelet makes of %j %j', (text, expected) => {
  expect(expand(text, VARIABLES)).toBe(expected);
});

describe('a quantity of Kubernetes', () => {
  test.each([
    ['192Mi', 192 * 2 ** 20],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['100M', 1e8],
    ['250m', 0.25],
    ['2', 2],
    [3, 3],
    ['1e3', 1_000],
    ['2E', 2e18],
    ['0', 0],
  ])('%s is %d', (text, number) => {
    expect(parseQuantity(text)).toBeCloseTo(number, 6);
  });

  test.each(['', 'Mi', '1 Mi', '1mi', 'many'])('%j is not one', (text) => {
    expect(() => parseQuantity(text)).toThrow('is no quantity of Kubernetes');
  });
});
