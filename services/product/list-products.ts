import type { Pool } from 'pg';
import { decodeCursor, encodeCursor } from '../kit/cursor.ts';
import { serviceError } from '../kit/errors.ts';
import { isUuid } from '../kit/uuidv7.ts';
import type { ListProductsRequest, ListProductsResponse } from '../proto/gen/weft/product/v1/product.ts';
import { PRODUCT_COLUMNS, type ProductRow, toProduct } from './product-row.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
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
  const limit = request.limit || 20;
  const after = decodeCursor(request.cursor, 1)?.[0] ?? NIL;
  if (limit < 1 || limit > 100) refuse('limit', `${limit} is out of range; give 1 to 100`);
  if (!isUuid(after)) refuse('cursor', 'is not a cursor of this list; take nextCursor of its last page');
  if (query.length > MAX_QUERY) refuse('query', `has ${query.length} characters; give ${MAX_QUERY} at most`);
  if (query.includes('\0')) refuse('query', 'has a NUL character; leave it out');
  const { rows } = await pool.query<ProductRow>({
    name: 'list-products',
    text: LIST,
    values: [after, patterns(query), limit + 1],
  });
  const items = rows.slice(0, limit).map(toProduct);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : '' };
}

function patterns(query: string): string[] {
  const words = query.split(/\s+/).filter((word) => word !== '');
  return words.map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`);
}

function refuse(field: string, description: string): never {
  throw serviceError('invalid-request', { violations: [{ field, description }] });
}
