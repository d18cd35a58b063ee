import { expect, test } from '@jest/globals';
import { mebibytes } from '../../../../scripts/operate/cluster/memory.ts';

test.each([
  ['64Mi', 64],
  ['1Gi', 1024],
  ['2048Ki', 2],
  ['1048576', 1],
])('%s is %d MiB', (quantity, expected) => {
  expect(mebibytes(quantity)).toBe(expected);
});

test('a unit that is not known is no number, and so never a wrong sum', () => {
  expect(mebibytes('1Ei')).toBeNaN();
});
