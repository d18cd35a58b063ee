import { expect, test } from '@jest/globals';
import {
  findRaceProblem,
  formatRaces,
  type LedgerRace,
  type Race,
} from '../../../../scripts/lab/chaos/races.ts';

const RACE: Race = { productId: 'bolt', orderIds: ['a'], unexpectedAnswers: [] };
const LEDGER: LedgerRace = { stock: 0, orderIds: ['a'] };

test('accepts a unit that was sold to the buyer who was answered 201', () => {
  expect(findRaceProblem(RACE, LEDGER)).toBeUndefined();
});

test.each<[Partial<Race>, LedgerRace | undefined, string]>([
  [{ unexpectedAnswers: ['500 internal'] }, LEDGER, 'unexpected responses 500 internal'],
  [{ orderIds: [] }, { stock: 1, orderIds: [] }, '0 buyers received 201'],
  [{ orderIds: ['a', 'b'] }, { stock: -1, orderIds: ['a', 'b'] }, '2 buyers received 201'],
  [{}, undefined, 'does not exist'],
  [{}, { stock: -1, orderIds: ['a'] }, 'its stock is -1'],
  [{}, { stock: 0, orderIds: [] }, 'sold to no order, but 201 was returned for a'],
  [{}, { stock: 0, orderIds: ['b'] }, 'sold to b, but 201 was returned for a'],
  [{}, { stock: 0, orderIds: ['a', 'b'] }, 'sold to a, b, but 201 was returned for a'],
])('rejects %j with ledger %j', (race, ledger, problem) => {
  expect(findRaceProblem({ ...RACE, ...race }, ledger)).toBe(`product bolt: ${problem}`);
});

test('formats the result', () => {
  expect(
    formatRaces({ races: 1_000, buyers: 64, soldOnce: 999, violations: ['product x: its stock is 1'] }),
  ).toBe(
    '1,000 races of 64 buyers for the last unit: 999 sold, each to one buyer\n  product x: its stock is 1',
  );
});
