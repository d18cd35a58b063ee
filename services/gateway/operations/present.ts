/**
 * Returns a message field that its service always sets, although protobuf types it as optional.
 * @throws Error if it is missing, which is a bug of the callee
 */
export function present<T>(field: T | undefined, name: string): T {
  if (field === undefined) throw new Error(`the response of the callee has no ${name}`);
  return field;
}

/** Converts a cursor: the empty one of protobuf is null in HTTP. */
export function nextCursor(cursor: string): string | null {
  return cursor === '' ? null : cursor;
}
