import { invalidField } from '../errors/service-error.ts';

/** An opaque cursor of a list: the sort key of its last item, as base64url. */
export function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * The sort key within `cursor`; undefined for the empty cursor, which is the start of the list.
 * @param parts how many values the key has
 * @throws ServiceError `invalid-request` for a cursor that this service did not make
 */
export function decodeCursor(cursor: string, parts: number): readonly string[] | undefined {
  if (cursor === '') return undefined;
  const key = parse(cursor);
  if (Array.isArray(key) && key.length === parts && key.every((part) => typeof part === 'string')) return key;
  const description = `'${cursor.slice(0, 100)}' is not a cursor of this list; take nextCursor of its last page`;
  throw invalidField('cursor', description);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
