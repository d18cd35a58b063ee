import type { Pool } from 'pg';
import { serviceError } from '../kit/errors/service-error.ts';
import { isUuid } from '../kit/fields/uuid.ts';
import type { Product } from '../proto/gen/weft/product/v1/product.ts';
import { PRODUCT_COLUMNS, type ProductRow, toProduct } from './product-row.ts';

const GET = `SELECT ${PRODUCT_COLUMNS} FROM product WHERE id = $1`;

/** Returns a product. @throws ServiceError `not-found` */
export async function getProduct(pool: Pool, id: string): Promise<Product> {
  if (!isUuid(id)) throw noProduct(id);
  const { rows } = await pool.query<ProductRow>({ name: 'get-product', text: GET, values: [id] });
  const row = rows[0];
  if (!row) throw noProduct(id);
  return toProduct(row);
}

/** Returns the error `not-found` for a product. */
export function noProduct(id: string): Error {
  return serviceError('not-found', { metadata: { what: `product ${id.slice(0, 100)}` } });
}
