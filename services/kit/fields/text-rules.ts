import { z } from 'zod';
import type { Violation } from '../errors/service-error.ts';

export interface TextRules {
  /** Minimum number of Unicode code points. @default 0 */
  readonly min?: number;
  /** Maximum number of Unicode code points. */
  readonly max: number;
  /** Whether tabs and line breaks are allowed. @default false */
  readonly lines?: boolean;
  /** Whether the text must have a character other than white space. @default false */
  readonly notBlank?: boolean;
  /** A regular expression that the whole text must match, in place of the rules on characters. @default none */
  readonly pattern?: string;
  /** Completes the message for a text that does not match `pattern`: `an email address`. @default the pattern */
  readonly form?: string;
}

/** Maximum number of Unicode code points in a key that a client chooses. */
export const MAX_KEY_LENGTH = 255;

const ONE_LINE = '[^\\u0000-\\u001f\\u007f-\\u009f]*';
const MANY_LINES = '[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*';

/** Returns the rules as a zod schema that can be converted to JSON Schema. */
export function text(rules: TextRules): z.ZodString {
  return z
    .string()
    .superRefine((value, context) => {
      const message = textProblem(value, rules);
      if (message) context.addIssue({ code: 'custom', message });
    })
    .meta({ minLength: rules.min ?? 0, maxLength: rules.max, pattern: patternOf(rules) });
}

/** Returns one violation of `field` when `text` breaks `rules`, and none otherwise. */
export function textViolations(text: string, field: string, rules: TextRules): readonly Violation[] {
  const description = textProblem(text, rules);
  return description ? [{ field, description }] : [];
}

/** Returns one violation of `field` when `key`, such as an idempotency key, is unusable, and none otherwise. */
export function keyViolations(key: string, field: string): readonly Violation[] {
  const { length } = [...key];
  if (length > 0 && length <= MAX_KEY_LENGTH && !key.includes('\0')) return [];
  return [
    { field, description: `has ${length} characters; use 1 to ${MAX_KEY_LENGTH} characters other than NUL` },
  ];
}

/** Returns the rules other than the length as a pattern of JSON Schema. */
function patternOf({ lines, notBlank, pattern }: TextRules): string {
  if (pattern !== undefined) return pattern;
  return `^${notBlank ? '(?=[\\s\\S]*\\S)' : ''}${lines ? MANY_LINES : ONE_LINE}$`;
}

/**
 * Returns what is wrong with a text of any script, or undefined. Control characters are rejected because Postgres does
 * not store NUL, and lone surrogates because UTF-8 cannot encode them.
 */
function textProblem(text: string, rules: TextRules): string | undefined {
  const { min = 0, max, lines, notBlank, pattern, form = pattern } = rules;
  if (!new RegExp(`^${lines ? MANY_LINES : ONE_LINE}$`).test(text))
    return 'has control characters; remove them';
  if (!text.isWellFormed()) return 'has an unpaired surrogate; send well-formed Unicode';
  const length = [...text].length;
  if (length < min) return `must be at least ${min} characters long`;
  if (length > max) return `must be at most ${max} characters long`;
  if (pattern !== undefined && !new RegExp(pattern).test(text)) return `must be ${form}`;
  if (notBlank && text.trim() === '') return 'is blank; use at least one character other than white space';
  return undefined;
}
