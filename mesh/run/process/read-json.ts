import type { z } from 'zod';

/** Where a text comes from, for messages. */
export interface Source {
  /** The command, the request or the file, without secrets. */
  readonly name: string;
  /** Advice for the reader of the message. @default nothing */
  readonly fix?: string;
  /** Keeps values out of messages. @default false */
  readonly isSecret?: boolean;
}

/** An answer of a program or a server, or the content of a file, does not have the expected form. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';

  constructor({ name, fix }: Source, problem: string) {
    super(`${name}: ${problem}${fix ? `; ${fix}` : ''}`);
  }
}

/** Longest piece of an answer in a message, in characters. */
const MAX_EXCERPT_LENGTH = 60;

/**
 * Reads JSON that this process did not write. Fields that the schema does not name are ignored.
 *
 * @throws ResponseError that names the source, the path of the field and what was found there
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
 * Checks a value that was parsed already, such as a document of YAML.
 *
 * @throws ResponseError as readJson does
 */
export function checkFormat<T>(schema: z.ZodType<T>, value: unknown, source: Source): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [first, ...others] = result.error.issues;
  const issue = first && closest(first);
  const path = issue?.path ?? [];
  const found = describe(valueAt(value, path), source);
  const more = others.length > 0 ? ` (and ${others.length} more fields)` : '';
  throw new ResponseError(source, `${fieldName(path)} is ${found}, expected ${expected(issue)}${more}`);
}

/** Returns the value of a JSON text; undefined for a text that is not JSON, such as a line of a log. */
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
    return `the text is not JSON: it breaks off after ${text.trimEnd().length} characters`;
  if (/^\s*[[{]/.test(text)) return `the text is not JSON: it is malformed${at(position)}`;
  return isSecret ? 'the text is not JSON' : `the text is not JSON: it begins with ${excerpt(text)}`;
}

function at(position: string | undefined): string {
  return position === undefined ? '' : ` at character ${position}`;
}

/** `items[0].metadata.name` */
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
    (found: unknown, key) =>
      typeof found === 'object' && found !== null ? (found as Record<PropertyKey, unknown>)[key] : undefined,
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

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  int: 'an integer',
};

/** Returns the deepest issue of a union, which is of the option that matches furthest. */
function closest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().map((one) => closest({ ...one, path: [...issue.path, ...one.path] }));
  return inner.toSorted((a, b) => b.path.length - a.path.length)[0] ?? issue;
}

function expected(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'invalid_type') return TYPES[issue.expected] ?? `a ${issue.expected}`;
  if (issue?.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  return `something else: ${issue?.message ?? 'it does not fit'}`;
}
