import type { Violation } from '../errors/service-error.ts';
import { isUuid } from './uuidv7.ts';

/** What is wrong with an id, as a list of one; empty when it is a UUID. */
export function uuidViolations(id: string, field: string): readonly Violation[] {
  return isUuid(id) ? [] : [{ field, description: `'${id.slice(0, 100)}' is not a UUID` }];
}
