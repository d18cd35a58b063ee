import { expect, test } from '@jest/globals';
import { zipfKeys } from '../../../../scripts/lab/contrast/load-requests.ts';
import { shareOfMovedKeys } from '../../../../scripts/lab/contrast/moved-keys.ts';

const placement = (of: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(of).map(([key, hosts]) => [key, new Set(hosts)]));

test('a key has moved unless one replica received all its calls in both placements', () => {
  const before = placement({ stays: ['a'], moves: ['b'], spreads: ['a', 'b'], rare: ['a'] });
  const after = placement({ stays: ['a'], moves: ['c'], spreads: ['a', 'b'] });
  expect(shareOfMovedKeys(before, after)).toBeCloseTo(2 / 3);
  expect(shareOfMovedKeys(before, placement({}))).toBe(0);
});

test('keys follow a deterministic Zipf distribution', () => {
  const draw = () => Array.from({ length: 10_000 }, zipfKeys());
  const keys = draw();
  expect(draw()).toEqual(keys);
  const count = (key: string) => keys.filter((one) => one === key).length;
  // Zipf's law over 200 keys gives the first 1 / 5.88 of all.
  expect(count('key-0')).toBeGreaterThan(1_500);
  expect(count('key-0')).toBeLessThan(1_900);
  expect(count('key-0') / count('key-3')).toBeGreaterThan(3);
  expect(new Set(keys).size).toBeGreaterThan(190);
});
