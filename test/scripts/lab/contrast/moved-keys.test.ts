import { expect, test } from '@jest/globals';
import { movedShare } from '../../../../scripts/lab/contrast/moved-keys.ts';
import { skewedKeys } from '../../../../scripts/lab/contrast/visitors.ts';

const places = (of: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(of).map(([key, hosts]) => [key, new Set(hosts)]));

test('a key has moved unless it was at one and the same host both times', () => {
  const before = places({ stays: ['a'], moves: ['b'], spreads: ['a', 'b'], rare: ['a'] });
  const after = places({ stays: ['a'], moves: ['c'], spreads: ['a', 'b'] });
  expect(movedShare(before, after)).toBeCloseTo(2 / 3);
  expect(movedShare(before, places({}))).toBe(0);
});

test('few keys are asked for most, the same each time', () => {
  const draw = () => Array.from({ length: 10_000 }, skewedKeys());
  const keys = draw();
  expect(draw()).toEqual(keys);
  const count = (key: string) => keys.filter((one) => one === key).length;
  // Zipf's law over 200 keys gives the first 1 / 5.88 of all.
  expect(count('key-0')).toBeGreaterThan(1_500);
  expect(count('key-0')).toBeLessThan(1_900);
  expect(count('key-0') / count('key-3')).toBeGreaterThan(3);
  expect(new Set(keys).size).toBeGreaterThan(190);
});
