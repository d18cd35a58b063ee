import { expect, test } from '@jest/globals';
import { mebibytes } from '../../../../scripts/operate/cluster/memory.ts';

test.each([
  ['64Mi', 64],
  ['1Gi', 1024],
  ['2048Ki', 2],
  ['1048576', 1],
])('converts %s to %d MiB', (quantity, expected) => {
  expect(mebibytes(quantity)).toBe(expected);
});

test('converts an unknown unit to NaN, which makes any sum NaN', () => {
  expect(mebibytes('1Ei')).toBeNaN();
});
