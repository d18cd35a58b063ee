import type { z } from 'zod';

/** Origin of a text, for error messages. */
export interface Source {
  /** The command, request or file, without secrets. */
  readonly name: string;
  /** How to fix the problem. @default no advice */
  readonly fix?: string;
  /** Whether to omit values from messages. @default false */
  readonly isSecret?: boolean;
}

/** The output of a program, the response of a server or the contents of a file are not as expected. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';

  constructor({ name, fix }: Source, problem: string) {
    super(`${name}: ${problem}${fix ? `; ${fix}` : ''}`);
  }
}

/** Longest excerpt of a text in a message, in characters. */
const MAX_EXCERPT_LENGTH = 60;

/**
 * Parses JSON from an external source and validates it. Ignores fields that are not in the schema.
 *
 * @throws ResponseError with the source, the path of the field and its value, unless the source is secret
 */
export function readJson<T>(schema: z.ZodType<T>, text: string, source: Source): T {
  if (text.trim() === '') throw new ResponseError(source, 'the text is empty, expected JSON');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ResponseError(source, notJson(text, String(error), source));
  }
  return checkFormat(schema, value, source);
}

/**
 * Validates a parsed value, such as a YAML document.
 *
 * @throws ResponseError as readJson does
 */
export function checkFormat<T>(schema: z.ZodType<T>, value: unknown, source: Source): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [first, ...others] = result.error.issues;
  const issue = first && closest(first);
  const path = issue?.path ?? [];
  const actual = describe(valueAt(value, path), source);
  const more = others.length > 0 ? ` (and ${others.length} more fields)` : '';
  throw new ResponseError(source, `${fieldName(path)} is ${actual}, expected ${expected(issue)}${more}`);
}

/** Parses a text that may not be JSON, such as a log line. Returns undefined if it is not. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notJson(text: string, reason: string, { isSecret }: Source): string {
  const position = /at position (\d+)/.exec(reason)?.[1];
  if (/end of JSON input|Unterminated/.test(reason) || Number(position) >= text.trimEnd().length)
    return `the text is not JSON: it is truncated after ${text.trimEnd().length} characters`;
  if (/^\s*[[{]/.test(text)) return `the text is not JSON: it is malformed${at(position)}`;
  return isSecret ? 'the text is not JSON' : `the text is not JSON: it begins with ${excerpt(text)}`;
}

function at(position: string | undefined): string {
  return position === undefined ? '' : ` at character ${position}`;
}

/** Formats a path such as `items[0].metadata.name`. */
function fieldName(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the value';
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[\w$-]+$/.test(String(key))) return `[${JSON.stringify(String(key))}]`;
      return `${index === 0 ? '' : '.'}${String(key)}`;
    })
    .join('');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (parent: unknown, key) =>
      typeof parent === 'object' && parent !== null
        ? (parent as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

function describe(value: unknown, { isSecret }: Source): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (isSecret) return `a ${typeof value}`;
  return typeof value === 'string' ? `the string ${excerpt(value)}` : `the ${typeof value} ${String(value)}`;
}

function excerpt(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return `'${line.length > MAX_EXCERPT_LENGTH ? `${line.slice(0, MAX_EXCERPT_LENGTH)}...` : line}'`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  int: 'an integer',
};

/** Returns the deepest issue of a union. It belongs to the option that matches best. */
function closest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().map((one) => closest({ ...one, path: [...issue.path, ...one.path] }));
  return inner.toSorted((a, b) => b.path.length - a.path.length)[0] ?? issue;
}

function expected(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'invalid_type') return TYPE_NAMES[issue.expected] ?? `a ${issue.expected}`;
  if (issue?.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  return `another value: ${issue?.message ?? 'invalid'}`;
}
