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
  // Text without references.
  ['US$5', 'US$5'],
  ['$A', '$A'],
  ['$ {A}', '$ {A}'],
  ['${', '${'],
  ['$', '$'],
  ['a$', 'a$'],
  ['$?_$!', '$?_$!'],
  ['\\$(A)', '\\a'],
  // References to missing variables, and unterminated ones.
  ['$(UNKNOWN)', '$(UNKNOWN)'],
  ['$(A )', '$(A )'],
  ['$()', '$()'],
  ['$(A', '$(A'],
  ['$($$', '$($'],
  ['$($(A))', '$($(A))'],
  ['$(A\n)', '$(A\n)'],
])('expands %j to %j as the kubelet does', (text, expected) => {
  expect(expand(text, VARIABLES)).toBe(expected);
});

describe('a Kubernetes quantity', () => {
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

  test.each(['', 'Mi', '1 Mi', '1mi', 'many'])('cannot be %j', (text) => {
    expect(() => parseQuantity(text)).toThrow('is not a Kubernetes quantity');
  });
});
