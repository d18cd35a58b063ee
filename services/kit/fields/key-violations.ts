import type { Violation } from '../errors/service-error.ts';

/** Unicode code points of a key that a client chose, at most. */
export const MAX_KEY_LENGTH = 255;

/** What is wrong with a key that a client chose, such as an idempotency key; empty when nothing is. */
export function keyViolations(key: string, field: string): readonly Violation[] {
  const { length } = [...key];
  if (length > 0 && length <= MAX_KEY_LENGTH && !key.includes('\0')) return [];
  return [{ field, description: `has ${length} characters; give 1 to ${MAX_KEY_LENGTH}, none of them NUL` }];
}
