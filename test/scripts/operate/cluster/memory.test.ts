import { expect, test } from '@jest/globals';
import { parseMebibytes } from '../../../../scripts/operate/cluster/memory.ts';

test.each([
  ['64Mi', 64],
  ['1Gi', 1024],
  ['2048Ki', 2],
  ['1048576', 1],
])('converts %s to %d MiB', (quantity, expected) => {
  expect(parseMebibytes(quantity)).toBe(expected);
});

test('converts an unknown unit to NaN, which makes any sum NaN', () => {
  expect(parseMebibytes('1Ei')).toBeNaN();
});
