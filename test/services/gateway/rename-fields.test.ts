import { expect, test } from '@jest/globals';
import { writtenName } from '../../../services/kit/edge/rename-fields.ts';

test.each([
  ['product.price.amount', { product: '' }, 'price.amount'],
  ['product[1].name', { product: 'rows' }, 'rows[1].name'],
  ['product', { product: '' }, 'product'],
  ['products', { product: '' }, 'products'],
  ['query', { query: 'q' }, 'q'],
  ['paymentToken', { query: 'q', paymentToken: 'payment.token' }, 'payment.token'],
  ['limit', {}, 'limit'],
])('%s with %j is written %s', (field, names, written) => {
  expect(writtenName(field, names)).toBe(written);
});
