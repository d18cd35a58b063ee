import type { Pool } from 'pg';
import { invalidField } from '../kit/errors/service-error.ts';
import { isUuid } from '../kit/fields/uuid.ts';
import type { Product, SetStockRequest } from '../proto/gen/weft/product/v1/product.ts';
import { noProduct } from './get-product.ts';
import { stockProblem } from './new-product.ts';
import { PRODUCT_COLUMNS, type ProductRow, toProduct } from './product-row.ts';

const SET = `UPDATE product SET stock = $2 WHERE id = $1 RETURNING ${PRODUCT_COLUMNS}`;

/**
 * Sets the number of units for sale, not counting reserved ones.
 * @throws ServiceError `not-found`, `invalid-request`
 */
export async function setStock(pool: Pool, { id, quantity }: SetStockRequest): Promise<Product> {
  const problem = stockProblem(quantity);
  if (problem) {
    throw invalidField('quantity', problem);
  }
  if (!isUuid(id)) throw noProduct(id);
  const { rows } = await pool.query<ProductRow>(SET, [id, quantity]);
  const row = rows[0];
  if (!row) throw noProduct(id);
  return toProduct(row);
}
