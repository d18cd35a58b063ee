import { invalidField } from '../errors/service-error.ts';

/** Returns an opaque list cursor: the sort key of the last item as base64url. */
export function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * Returns the sort key in `cursor`, or undefined for the empty cursor, which is the start of the list.
 * @param parts number of values in the key
 * @throws ServiceError `invalid-request` for a cursor that `encodeCursor` did not create
 */
export function decodeCursor(cursor: string, parts: number): readonly string[] | undefined {
  if (cursor === '') return undefined;
  const key = parse(cursor);
  if (Array.isArray(key) && key.length === parts && key.every((part) => typeof part === 'string')) return key;
  const description = `'${cursor.slice(0, 100)}' is not a cursor of this list; use nextCursor of the previous page`;
  throw invalidField('cursor', description);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
