import { invalidField } from '../errors/service-error.ts';
import type { MessageCodec } from '../grpc/handlers.ts';
import { decodeIdCursor, encodeIdCursor } from './cursor.ts';

/** Maximum number of items in a page. */
export const MAX_PAGE_ITEMS = 100;
/** Number of items in a page when the request sets no limit. */
export const DEFAULT_PAGE_ITEMS = 20;
/** Maximum size of a page's items, a quarter of the maximum message size. A single item may be larger. */
export const MAX_PAGE_BYTES = 1_048_576;

/** A client's request for a page of a list that is sorted by id. */
export interface PageRequest {
  /** Maximum number of items, 1 to 100; 0 means 20. */
  readonly limit: number;
  /** Empty for the first page. */
  readonly cursor: string;
}

export interface Page<Item> {
  readonly items: Item[];
  /** Empty at the end of the list. */
  readonly nextCursor: string;
}

/** Reads the rows of a list in the order of its sort key, and converts them to items. */
export interface Listing<Row, Item> {
  /** Reads up to `limit` rows after the row with the key `after`. */
  readonly read: (after: readonly string[], limit: number) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => readonly string[];
  readonly encodeCursor: (key: readonly string[]) => string;
  readonly toItem: (row: Row) => Item;
  /** Codec of an item, which determines its size. */
  readonly type: MessageCodec<Item>;
}

/**
 * Reads a page of a list that is sorted by id. A page has at most `limit` items and about 1 MiB.
 * @param start value that sorts before every id: MIN_UUID in an ascending list, MAX_UUID in a descending one
 * @throws ServiceError `invalid-request` for a limit out of range or a cursor of another list
 */
export async function readPage<Row extends { readonly id: string }, Item>(
  request: PageRequest,
  start: string,
  listing: Omit<Listing<Row, Item>, 'keyOf' | 'encodeCursor'>,
): Promise<Page<Item>> {
  const limit = request.limit || DEFAULT_PAGE_ITEMS;
  if (limit < 1 || limit > MAX_PAGE_ITEMS)
    throw invalidField('limit', `${limit} is out of range; use 1 to ${MAX_PAGE_ITEMS}`);
  const after = decodeIdCursor(request.cursor) ?? start;
  return fillPage([after], limit, {
    ...listing,
    keyOf: ({ id }) => [id],
    encodeCursor: ([id = '']) => encodeIdCursor(id),
  });
}

/**
 * Reads rows until a page has `limit` items or 1 MiB. The first read fetches few rows, whose size determines the number
 * of rows in the next read. A list of large items therefore needs no more memory than a list of small ones.
 */
export async function fillPage<Row, Item>(
  start: readonly string[],
  limit: number,
  { read, keyOf, encodeCursor, toItem, type }: Listing<Row, Item>,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let after = start;
  let bytes = 0;
  for (let batch = DEFAULT_PAGE_ITEMS + 1; ; ) {
    // One more row than the page may have shows whether there is a next page.
    const count = Math.min(limit + 1 - items.length, batch);
    const rows = await read(after, count);
    for (const row of rows) {
      const item = toItem(row);
      bytes += type.encode(item).finish().length;
      if (items.length === limit || (items.length > 0 && bytes > MAX_PAGE_BYTES))
        return { items, nextCursor: encodeCursor(after) };
      items.push(item);
      after = keyOf(row);
    }
    if (rows.length < count) return { items, nextCursor: '' };
    batch = Math.max(1, Math.ceil((MAX_PAGE_BYTES - bytes) / (bytes / items.length)));
  }
}

/** Start of a list in ascending order of id. */
export const MIN_UUID = '00000000-0000-0000-0000-000000000000';
/** Start of a list in descending order of id. */
export const MAX_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
