import type { z } from 'zod';
import { serviceError, type Violation } from '../errors/service-error.ts';

/**
 * Parses `value` with `schema`.
 * @param at path of the value within the request, such as `line 3`
 * @throws ServiceError `invalid-request` with each invalid field
 */
export function parseWith<S extends z.ZodType>(schema: S, value: unknown, at = ''): z.output<S> {
  const parsed = schema.safeParse(value, { error: describe });
  if (parsed.success) return parsed.data;
  throw serviceError('invalid-request', {
    violations: parsed.error.issues.flatMap((issue) => violationsOf(issue, at)),
  });
}

function violationsOf(issue: z.core.$ZodIssue, at: string): readonly Violation[] {
  const path = fieldPath(at, issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ field: path, description: issue.message }];
  return issue.keys.map((key) => ({ field: fieldPath(path, [key]), description: issue.message }));
}

/** Returns a path such as `items[0].quantity`. */
function fieldPath(at: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((so, key) => {
    if (typeof key === 'number') return `${so}[${key}]`;
    return so ? `${so}.${String(key)}` : String(key);
  }, at);
}

/** Returns a description of an issue, or undefined for Zod's own. */
function describe(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') return 'is not a known field; remove it';
  if (issue.code === 'invalid_type') {
    return issue.input === undefined ? 'missing' : `not of type ${issue.expected}`;
  }
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}${unit(issue.origin)}`;
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}${unit(issue.origin)}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_format' && issue.format === 'guid') return 'not a UUID';
  return undefined;
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' entries long' : '';
}
