import { expect, test } from '@jest/globals';
import { priceViolations } from '../../../services/product/price-violations.ts';
import { MAX_PRICE } from '../../../services/proto/limits.ts';

test.each([0, 1, MAX_PRICE])('%d is a valid price', (amount) => {
  expect(priceViolations({ amount, currency: 'EUR' }, 'price')).toEqual([]);
});

test.each([-1, 0.5, MAX_PRICE + 1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])(
  '%d is not a valid price',
  (amount) => {
    expect(priceViolations({ amount, currency: 'EUR' }, 'price')).toMatchObject([{ field: 'price.amount' }]);
  },
);

test('names each invalid field', () => {
  expect(priceViolations(undefined, 'price')).toMatchObject([{ field: 'price' }]);
  expect(priceViolations({ amount: -1, currency: 'eur' }, 'items[0].price')).toMatchObject([
    { field: 'items[0].price.amount' },
    { field: 'items[0].price.currency', description: expect.stringContaining("'eur' is not a currency") },
  ]);
});
