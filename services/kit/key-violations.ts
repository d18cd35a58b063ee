import type { Violation } from './service-error.ts';

/** What is wrong with a key that a client chose, such as an idempotency key; empty when nothing is. */
export function keyViolations(key: string, field: string): readonly Violation[] {
  if (key !== '' && key.length <= 255 && !key.includes('\0')) return [];
  return [{ field, description: `has ${key.length} characters; give 1 to 255, none of them NUL` }];
}
