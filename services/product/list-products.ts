import type { Pool } from 'pg';
import { invalidField } from '../kit/invalid-field.ts';
import { BEFORE_ALL, readPage } from '../kit/page.ts';
import {
  type ListProductsRequest,
  type ListProductsResponse,
  Product,
} from '../proto/gen/weft/product/v1/product.ts';
import { PRODUCT_COLUMNS, type ProductRow, toProduct } from './product-row.ts';

const MAX_QUERY = 200;

const LIST = `
  SELECT ${PRODUCT_COLUMNS} FROM product
  WHERE id > $1 AND (name || ' ' || description) ILIKE ALL ($2::text[])
  ORDER BY id LIMIT $3`;

/**
 * A page of the catalogue, oldest product first; with `query`, those that hold each of its words in name or
 * description, in any case.
 * @throws ServiceError `invalid-request` for a limit, cursor or query that breaks its rule
 */
export async function listProducts(pool: Pool, request: ListProductsRequest): Promise<ListProductsResponse> {
  const { query } = request;
  if (query.length > MAX_QUERY) {
    throw invalidField('query', `has ${query.length} characters; give ${MAX_QUERY} at most`);
  }
  if (query.includes('\0')) throw invalidField('query', 'has a NUL character; leave it out');
  return readPage(request, BEFORE_ALL, {
    read: async ([after], limit) => {
      const values = [after, patterns(query), limit];
      return (await pool.query<ProductRow>({ name: 'list-products', text: LIST, values })).rows;
    },
    toItem: toProduct,
    type: Product,
  });
}

function patterns(query: string): string[] {
  const words = query.split(/\s+/).filter((word) => word !== '');
  return words.map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`);
}
