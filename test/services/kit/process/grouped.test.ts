import { expect, test } from '@jest/globals';
import { Grouped } from '../../../../services/kit/process/grouped.ts';

/** Doubles numbers in groups of three at most; a group with a negative number fails. */
function doubling() {
  const groups: (readonly number[])[] = [];
  const grouped = new Grouped<number, number>(async (numbers) => {
    groups.push(numbers);
    if (numbers.some((number) => number < 0)) throw new Error(`no ${numbers}`);
    return numbers.map((number) => 2 * number);
  }, 3);
  return { groups, grouped };
}

test('what is asked for at once is done in groups, and each gets its own answer', async () => {
  const { groups, grouped } = doubling();
  expect(await Promise.all([1, 2, 3, 4, 5].map((number) => grouped.do(number)))).toEqual([2, 4, 6, 8, 10]);
  expect(groups).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test('what comes while a group is under way is done with the next', async () => {
  const groups: (readonly string[])[] = [];
  const first = Promise.withResolvers<void>();
  const grouped = new Grouped<string, string>(async (items) => {
    groups.push(items);
    await first.promise;
    return items;
  }, 10);
  const a = grouped.do('a');
  while (groups.length === 0) await new Promise(setImmediate);
  const others = ['b', 'c'].map((item) => grouped.do(item));
  first.resolve();
  expect(await Promise.all([a, ...others])).toEqual(['a', 'b', 'c']);
  expect(groups).toEqual([['a'], ['b', 'c']]);
});

test('when a group fails each is done alone, and fails for itself alone', async () => {
  const { groups, grouped } = doubling();
  const asked = await Promise.allSettled([1, -1, 2].map((number) => grouped.do(number)));
  expect(asked).toEqual([
    { status: 'fulfilled', value: 2 },
    { status: 'rejected', reason: new Error('no -1') },
    { status: 'fulfilled', value: 4 },
  ]);
  expect(groups).toEqual([[1, -1, 2], [1], [-1], [2]]);
  expect(await grouped.do(4)).toBe(8);
});

test('of two with the same key the later waits for the next group, and others do not wait for it', async () => {
  const groups: (readonly string[])[] = [];
  const work = async (items: readonly string[]) => {
    groups.push(items);
    return items;
  };
  const grouped = new Grouped<string, string>(work, 3, (item) => item[0] ?? '');
  const asked = ['a1', 'a2', 'b1', 'a3', 'c1', 'd1'];
  expect(await Promise.all(asked.map((item) => grouped.do(item)))).toEqual(asked);
  expect(groups).toEqual([['a1', 'b1', 'c1'], ['a2', 'd1'], ['a3']]);
});
