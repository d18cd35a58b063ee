import { defineErrors, invalidField } from '../kit/errors/service-error.ts';
import { PRODUCT_ERRORS } from '../proto/errors/product.ts';
import type { Money } from '../proto/gen/weft/money/v1/money.ts';
import { MAX_TOTAL } from '../proto/limits.ts';

const productError = defineErrors(PRODUCT_ERRORS);

/** A requested item with its product's columns, which are null if there is no such product. */
export interface RequestedRow {
  readonly product_id: string;
  readonly quantity: number;
  readonly price_amount: string | null;
  readonly price_currency: string | null;
  readonly stock: number | null;
}

/**
 * Refuses items without a common total. @throws ServiceError `unknown-product`, `currency-mismatch`, or
 * `invalid-request` for a total that is too high
 */
export function refuseUnpriceable(rows: readonly RequestedRow[]): void {
  for (const row of rows) {
    if (row.stock === null) throw productError('unknown-product', { metadata: { product: row.product_id } });
  }
  const currencies = [...new Set(rows.map((row) => row.price_currency))].sort();
  if (currencies.length > 1) {
    throw productError('currency-mismatch', { metadata: { currencies: currencies.join(', ') } });
  }
  const total = rows.reduce((sum, row) => sum + BigInt(row.price_amount ?? 0) * BigInt(row.quantity), 0n);
  if (total > MAX_TOTAL) {
    const description = `total of ${total} minor units exceeds ${MAX_TOTAL}; order fewer items`;
    throw invalidField('items', description);
  }
}

/**
 * Refuses items that exceed the stock. @throws ServiceError `out-of-stock` with the product, the requested quantity and
 * the available one
 */
export function refuseOutOfStock(rows: readonly RequestedRow[]): void {
  for (const { product_id, quantity, stock } of rows) {
    if (stock !== null && stock < quantity) {
      const metadata = { product: product_id, requested: String(quantity), available: String(stock) };
      throw productError('out-of-stock', { metadata });
    }
  }
}

/** Returns the total of items that have a common one. */
export function totalOf(rows: readonly RequestedRow[]): Money {
  const amount = rows.reduce((sum, row) => sum + Number(row.price_amount) * row.quantity, 0);
  return { amount, currency: rows[0]?.price_currency ?? '' };
}

/**
 * Refuses a total that differs from the one that the customer agreed to.
 * @param expected undefined accepts any total
 * @throws ServiceError `price-changed` with both amounts in minor units
 */
export function refusePriceChange(total: Money | undefined, expected: Money | undefined): void {
  if (!expected || (total?.amount === expected.amount && total.currency === expected.currency)) return;
  const metadata = { total: formatAmount(total), expected: formatAmount(expected) };
  throw productError('price-changed', { metadata });
}

function formatAmount({ amount, currency }: Money = { amount: 0, currency: '' }): string {
  return `${amount} ${currency} (minor units)`;
}
