import type { Product } from '../proto/gen/weft/product/v1/product.ts';

/** Columns of a product in every statement that returns products. */
export const PRODUCT_COLUMNS = 'id, name, description, price_amount, price_currency, stock';

export interface ProductRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** pg returns a bigint as text. */
  readonly price_amount: string;
  readonly price_currency: string;
  readonly stock: number;
}

/** Converts a row to a product. */
export function toProduct(row: ProductRow): Product {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    price: { amount: Number(row.price_amount), currency: row.price_currency },
    stock: row.stock,
    availability: '',
  };
}
