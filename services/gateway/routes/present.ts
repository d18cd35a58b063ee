/**
 * A message field that its service always sets, which protobuf types as optional.
 * @throws Error when it is not there: the callee broke its contract
 */
export function present<T>(field: T | undefined, name: string): T {
  if (field === undefined) throw new Error(`the callee left out ${name}`);
  return field;
}

/** A cursor as the HTTP interface writes it: protobuf's empty one is null. */
export function nextCursor(cursor: string): string | null {
  return cursor === '' ? null : cursor;
}
