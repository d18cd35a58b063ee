import type { ClientBase, Pool } from 'pg';
import { uuidv7 } from '../kit/fields/uuid.ts';
import type { Product } from '../proto/gen/weft/product/v1/product.ts';
import type { ValidProduct } from './new-product.ts';
import { PRODUCT_COLUMNS, type ProductRow, toProduct } from './product-row.ts';

const INSERT = `
  INSERT INTO product (id, name, description, price_amount, price_currency, stock)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::int[])
  RETURNING ${PRODUCT_COLUMNS}`;

/** Returns new products as columns for `unnest`: id, name, description, amount, currency, stock. Each gets a new id. */
export function productColumns(products: readonly ValidProduct[]): unknown[] {
  return [
    products.map(() => uuidv7()),
    products.map((product) => product.name),
    products.map((product) => product.description),
    products.map((product) => product.price.amount),
    products.map((product) => product.price.currency),
    products.map((product) => product.stock),
  ];
}

/** Inserts products by one statement. */
export async function insertProducts(
  client: ClientBase | Pool,
  products: readonly ValidProduct[],
): Promise<readonly Product[]> {
  const { rows } = await client.query<ProductRow>({
    name: 'insert-products',
    text: INSERT,
    values: productColumns(products),
  });
  return rows.map(toProduct);
}
