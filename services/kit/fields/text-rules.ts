import { z } from 'zod';
import type { Violation } from '../errors/service-error.ts';

export interface TextRules {
  /** Unicode code points at least. @default 0 */
  readonly min?: number;
  /** Unicode code points at most. */
  readonly max: number;
  /** Whether tabs and line breaks are allowed. @default false */
  readonly lines?: boolean;
  /** Whether something must be there besides white space. @default false */
  readonly notBlank?: boolean;
}

const ONE_LINE = '[^\\u0000-\\u001f\\u007f-\\u009f]*';
const MANY_LINES = '[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*';

/** Returns the rules other than the length as a pattern of JSON Schema. */
function patternOf({ lines, notBlank }: TextRules): string {
  return `^${notBlank ? '(?=[\\s\\S]*\\S)' : ''}${lines ? MANY_LINES : ONE_LINE}$`;
}

/**
 * Checks text for people, of any script. Control characters are refused (Postgres takes no NUL), and so are lone
 * surrogates, which UTF-8 cannot carry.
 * @returns what is wrong with it; undefined when nothing is
 */
function textProblem(text: string, rules: TextRules): string | undefined {
  const { min = 0, max, lines, notBlank } = rules;
  if (!new RegExp(`^${lines ? MANY_LINES : ONE_LINE}$`).test(text))
    return 'has control characters; take them out';
  if (!text.isWellFormed()) return 'has half of a surrogate pair; send whole characters';
  const length = [...text].length;
  if (length < min) return `must be at least ${min} characters long`;
  if (length > max) return `must be at most ${max} characters long`;
  if (notBlank && text.trim() === '') return 'is blank; give something besides white space';
  return undefined;
}

/** Returns the problem of a text as a list of violations of `field`; empty when there is none. */
export function textViolations(text: string, field: string, rules: TextRules): readonly Violation[] {
  const description = textProblem(text, rules);
  return description ? [{ field, description }] : [];
}

/** Returns the rules as a schema that can be written as JSON Schema. */
export function text(rules: TextRules): z.ZodString {
  return z
    .string()
    .superRefine((value, context) => {
      const message = textProblem(value, rules);
      if (message) context.addIssue({ code: 'custom', message });
    })
    .meta({ minLength: rules.min ?? 0, maxLength: rules.max, pattern: patternOf(rules) });
}
