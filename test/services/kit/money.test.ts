import { expect, test } from '@jest/globals';
import { MAX_AMOUNT, moneyViolations } from '../../../services/kit/money.ts';

test.each([0, 1, MAX_AMOUNT])('%d is an amount', (amount) => {
  expect(moneyViolations({ amount, currency: 'EUR' }, 'price')).toEqual([]);
});

test.each([-1, 0.5, MAX_AMOUNT + 1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])(
  '%d is none',
  (amount) => {
    expect(moneyViolations({ amount, currency: 'EUR' }, 'price')).toMatchObject([{ field: 'price.amount' }]);
  },
);

test('each wrong field is named', () => {
  expect(moneyViolations(undefined, 'price')).toMatchObject([{ field: 'price' }]);
  expect(moneyViolations({ amount: -1, currency: 'eur' }, 'items[0].price')).toMatchObject([
    { field: 'items[0].price.amount' },
    { field: 'items[0].price.currency', description: expect.stringContaining("'eur' is not a currency") },
  ]);
});
