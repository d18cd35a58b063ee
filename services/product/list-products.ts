import type { Pool } from 'pg';
import { throwIfInvalid } from '../kit/errors/service-error.ts';
import { textViolations } from '../kit/fields/text-rules.ts';
import { MIN_UUID, readPage } from '../kit/store/page.ts';
import {
  type ListProductsRequest,
  type ListProductsResponse,
  Product,
} from '../proto/gen/weft/product/v1/product.ts';
import { PRODUCT_QUERY } from '../proto/limits.ts';
import { PRODUCT_COLUMNS, type ProductRow, toProduct } from './product-row.ts';

const LIST = `
  SELECT ${PRODUCT_COLUMNS} FROM product
  WHERE id > $1 ORDER BY id LIMIT $2`;

/** Compares both sides in Unicode normalization form KC. The stored text keeps its own form. */
const SEARCH = `
  SELECT ${PRODUCT_COLUMNS} FROM product
  WHERE id > $1 AND normalize(name || ' ' || description, NFKC) ILIKE ALL ($3::text[])
  ORDER BY id LIMIT $2`;

/**
 * Reads a page of the catalogue, oldest product first. With `query`, a product matches if its name or description
 * contains each word, in any case and any Unicode normalization form.
 * @throws ServiceError `invalid-request` for a limit, cursor or query that breaks its rule
 */
export async function listProducts(pool: Pool, request: ListProductsRequest): Promise<ListProductsResponse> {
  const { query } = request;
  throwIfInvalid(textViolations(query, 'query', PRODUCT_QUERY));
  const words = patterns(query);
  return readPage(request, MIN_UUID, {
    read: async ([after], limit) => {
      const statement =
        words.length === 0
          ? { name: 'list-products', text: LIST, values: [after, limit] }
          : { name: 'search-products', text: SEARCH, values: [after, limit, words] };
      return (await pool.query<ProductRow>(statement)).rows;
    },
    toItem: toProduct,
    type: Product,
  });
}

function patterns(query: string): string[] {
  const words = query
    .normalize('NFKC')
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`);
}
