import type { PricedItem } from '../proto/gen/weft/product/v1/product.ts';

/** An item with its price. */
export interface PricedRow {
  readonly product_id: string;
  readonly quantity: number;
  readonly name: string;
  /** A bigint, which pg returns as text from a column and as a number from JSON. */
  readonly price_amount: string | number;
  readonly price_currency: string;
}

/** Converts a row to an item with its price. */
export function toPricedItem(row: PricedRow): PricedItem {
  return {
    productId: row.product_id,
    quantity: row.quantity,
    name: row.name,
    unitPrice: { amount: Number(row.price_amount), currency: row.price_currency },
  };
}
