import { invalidField, type ServiceError } from '../errors/service-error.ts';

/**
 * A cursor of a list that is sorted by id: the 16 bytes of the last id as base64url, or nothing for the start of the
 * list. Each text that matches is a cursor, so that a client can check one without the service.
 */
export const ID_CURSOR_PATTERN = '^([A-Za-z0-9_-]{22})?$';

const ID_CURSOR = new RegExp(ID_CURSOR_PATTERN);

/** Returns the cursor of the item with the id `uuid`. */
export function encodeIdCursor(uuid: string): string {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');
}

/**
 * Returns the id in `cursor`, or undefined for the empty cursor, which is the start of the list.
 * @throws ServiceError `invalid-request` for a text that does not match `ID_CURSOR_PATTERN`
 */
export function decodeIdCursor(cursor: string): string | undefined {
  if (cursor === '') return undefined;
  if (!ID_CURSOR.test(cursor)) throw invalidCursor(cursor);
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

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
  throw invalidCursor(cursor);
}

function invalidCursor(cursor: string): ServiceError {
  const description = `'${cursor.slice(0, 100)}' is not a cursor of this list; use nextCursor of the previous page`;
  return invalidField('cursor', description);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
