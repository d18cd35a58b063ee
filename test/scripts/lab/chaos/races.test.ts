import { expect, test } from '@jest/globals';
import { type BookedRace, problemOf, type Race, racesText } from '../../../../scripts/lab/chaos/races.ts';

const RACE: Race = { productId: 'bolt', orderIds: ['a'], strange: [] };
const BOOKED: BookedRace = { stock: 0, orderIds: ['a'] };

test('a unit that was sold to the buyer who was told so is right', () => {
  expect(problemOf(RACE, BOOKED)).toBeUndefined();
});

test.each<[Partial<Race>, BookedRace | undefined, string]>([
  [{ strange: ['500 internal'] }, BOOKED, 'somebody was answered 500 internal'],
  [{ orderIds: [] }, { stock: 1, orderIds: [] }, '0 buyers were told that they have it'],
  [{ orderIds: ['a', 'b'] }, { stock: -1, orderIds: ['a', 'b'] }, '2 buyers were told that they have it'],
  [{}, undefined, 'is not in the books'],
  [{}, { stock: -1, orderIds: ['a'] }, 'its stock is -1'],
  [{}, { stock: 0, orderIds: [] }, 'was sold to no order, told to a'],
  [{}, { stock: 0, orderIds: ['b'] }, 'was sold to b, told to a'],
  [{}, { stock: 0, orderIds: ['a', 'b'] }, 'was sold to a, b, told to a'],
])('%j with books %j is wrong', (race, booked, problem) => {
  expect(problemOf({ ...RACE, ...race }, booked)).toBe(`product bolt: ${problem}`);
});

test('the result is told in words', () => {
  expect(racesText({ races: 1_000, buyers: 64, sold: 999, wrong: ['product x: its stock is 1'] })).toBe(
    '1,000 races of 64 buyers for the last unit: 999 sold, each to one buyer\n  product x: its stock is 1',
  );
});
