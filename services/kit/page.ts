import { decodeCursor, encodeCursor } from './cursor.ts';
import { invalidField } from './invalid-field.ts';
import { isUuid } from './uuidv7.ts';

/** What a client asks of a list that is sorted by id. */
export interface PageRequest {
  /** 1 to 100; 0 means 20. */
  readonly limit: number;
  /** Empty for the first page. */
  readonly cursor: string;
}

/**
 * Reads a page of a list that is sorted by id.
 * @param start what stands before every id in the order of the list
 * @param read gives up to `limit` rows that come after the row `after`
 * @returns the page, and the cursor of the next; an empty one at the end
 * @throws ServiceError `invalid-request` for a limit or cursor that breaks its rule
 */
export async function readPage<Row extends { readonly id: string }>(
  request: PageRequest,
  start: string,
  read: (after: string, limit: number) => Promise<readonly Row[]>,
): Promise<{ readonly rows: readonly Row[]; readonly nextCursor: string }> {
  const limit = request.limit || 20;
  if (limit < 1 || limit > 100) throw invalidField('limit', `${limit} is out of range; give 1 to 100`);
  const after = decodeCursor(request.cursor, 1)?.[0] ?? start;
  if (!isUuid(after))
    throw invalidField('cursor', `'${request.cursor.slice(0, 100)}' is not a cursor of this list`);
  // One more than asked for, to know whether there is a next page.
  const found = await read(after, limit + 1);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: found.length > limit && last ? encodeCursor([last.id]) : '' };
}

/** Start of a list that ascends by id. */
export const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
/** Start of a list that descends by id. */
export const AFTER_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
