import { invalidField } from '../errors/service-error.ts';
import { isUuid } from '../fields/uuid.ts';
import type { MessageType } from '../grpc/handlers.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

/** Items of a page, at most. */
export const MAX_PAGE_ITEMS = 100;
/** Items of a page when the request does not say. */
export const DEFAULT_PAGE_ITEMS = 20;
/** Largest size of a page's items, in bytes, a quarter of the largest message. A single item may be larger. */
export const MAX_PAGE_BYTES = 1_048_576;

/** What a client asks of a list that is sorted by id. */
export interface PageRequest {
  /** 1 to 100; 0 means 20. */
  readonly limit: number;
  /** Empty for the first page. */
  readonly cursor: string;
}

export interface Page<Item> {
  readonly items: Item[];
  /** Empty at the end of the list. */
  readonly nextCursor: string;
}

/** A list whose rows are read in the order of their key. */
export interface Listing<Row, Item> {
  /** Reads up to `limit` rows that come after the row with the key `after`. */
  readonly read: (after: readonly string[], limit: number) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => readonly string[];
  readonly toItem: (row: Row) => Item;
  /** Codec of an item, which gives its size. */
  readonly type: MessageType<Item>;
}

/**
 * Reads a page of a list that is sorted by id. A page ends after `limit` items or before it has more than 1 MiB of them.
 * @param start what stands before every id in the order of the list
 * @throws ServiceError `invalid-request` for a limit or cursor that breaks its rule
 */
export async function readPage<Row extends { readonly id: string }, Item>(
  request: PageRequest,
  start: string,
  listing: Omit<Listing<Row, Item>, 'keyOf'>,
): Promise<Page<Item>> {
  const limit = request.limit || DEFAULT_PAGE_ITEMS;
  if (limit < 1 || limit > MAX_PAGE_ITEMS)
    throw invalidField('limit', `${limit} is out of range; give 1 to ${MAX_PAGE_ITEMS}`);
  const after = decodeCursor(request.cursor, 1)?.[0] ?? start;
  if (!isUuid(after))
    throw invalidField('cursor', `'${request.cursor.slice(0, 100)}' is not a cursor of this list`);
  return fillPage([after], limit, { ...listing, keyOf: ({ id }) => [id] });
}

/**
 * Reads rows until a page has `limit` items or 1 MiB. The first read is of few rows. Their size decides how many rows the
 * next read asks for, so that a list of large items needs no more memory than one of small items.
 */
export async function fillPage<Row, Item>(
  start: readonly string[],
  limit: number,
  { read, keyOf, toItem, type }: Listing<Row, Item>,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let after = start;
  let bytes = 0;
  for (let batch = DEFAULT_PAGE_ITEMS + 1; ; ) {
    // One more than the page may have, to know whether there is a next page.
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

/** Start of a list that ascends by id. */
export const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
/** Start of a list that descends by id. */
export const AFTER_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
