import { z } from 'zod';

export interface TextRules {
  /** Characters at least. @default 0 */
  readonly min?: number;
  /** Characters at most. */
  readonly max: number;
  /** Whether tabs and line breaks are allowed. @default false */
  readonly lines?: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it refuses
const ONE_LINE = /^[^\u0000-\u001f\u007f-\u009f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it refuses
const MANY_LINES = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$/;

/**
 * Text for people, of any script. Control characters are refused (Postgres takes no NUL), and so are
 * lone surrogates, which UTF-8 cannot carry. Characters are counted as JSON Schema does: code points.
 */
export function text({ min = 0, max, lines = false }: TextRules): z.ZodString {
  return z
    .string()
    .regex(lines ? MANY_LINES : ONE_LINE, 'has control characters; take them out')
    .refine((value) => value.isWellFormed(), 'has half of a surrogate pair; send whole characters')
    .refine((value) => [...value].length >= min, `must be at least ${min} characters long`)
    .refine((value) => [...value].length <= max, `must be at most ${max} characters long`)
    .meta({ minLength: min, maxLength: max });
}
