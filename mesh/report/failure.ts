import { fileURLToPath } from 'node:url';
import { isNativeError } from 'node:util/types';

/** Root folder of the repository. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** An error as it is reported to the user of a command. */
export interface Failure {
  readonly message: string;
  /** Whether the error is a bug: neither reported deliberately by this project nor an error of the operating system. */
  readonly isUnexpected: boolean;
  /** The stack, followed by the stacks of the causes. */
  readonly stack: string;
}

/** Names of errors that indicate a bug. Errors that this project reports have other names. */
const BUGS = new Set([
  ...['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'URIError', 'EvalError'],
  ...['AssertionError', 'ZodError'],
]);

/** Converts an error, or any other thrown value, to a report for the user. */
export function failureOf(error: unknown): Failure {
  if (!isNativeError(error) && !(error instanceof Error))
    return { message: `${String(error)} was thrown`, isUnexpected: true, stack: String(error) };
  const stack = stackOf(error);
  const system = systemMessage(error);
  if (system !== undefined) return { message: system, isUnexpected: false, stack };
  if (!isBug(error)) return { message: error.message, isUnexpected: false, stack };
  const place = placeOf(stack);
  return { message: `${error.name}: ${error.message}${place && ` (${place})`}`, isUnexpected: true, stack };
}

/** Returns whether an error is a bug: by its name, or because it only wraps an error that is one. */
function isBug(error: Error): boolean {
  const { name, message, cause } = error;
  if (message === '') return true;
  if (BUGS.has(name)) return !isWrongOption(error);
  return cause instanceof Error && message.includes(cause.message) && isBug(cause);
}

/** Returns whether an error is about an invalid command-line option, which Node.js reports as a TypeError. */
function isWrongOption(error: Error): boolean {
  return String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS_');
}

/**
 * Returns the message of an operating system error. Errors of `fetch` have it in their cause, and errors of a
 * connection to a host with several addresses in their list of errors.
 */
function systemMessage(error: Error): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const { errors } = error as AggregateError;
  if (Array.isArray(errors)) {
    const parts = errors.flatMap((part: unknown) =>
      part instanceof Error ? (systemMessage(part) ?? []) : [],
    );
    if (parts.length > 0) return [...new Set(parts)].join(', ');
  }
  if (syscall !== undefined && /^E[A-Z\d]+$/.test(code ?? '')) return error.message;
  if (!(error.cause instanceof Error)) return undefined;
  const reason = systemMessage(error.cause);
  if (FETCH_ERRORS.has(error.message)) return `${error.message}: ${reason ?? error.cause.message}`;
  return reason !== undefined && BUGS.has(error.name) ? `${error.message}: ${reason}` : undefined;
}

/** Messages of the TypeError that `fetch` throws if a connection cannot be established or is reset. */
const FETCH_ERRORS = new Set(['fetch failed', 'terminated']);

function stackOf(error: Error): string {
  const { stack = `${error.name}: ${error.message}`, cause } = error;
  return cause instanceof Error ? `${stack}\ncaused by ${stackOf(cause)}` : stack;
}

/**
 * Returns the first source position of this project in a stack, such as `scripts/operate/cluster/load-images.ts:24`.
 */
function placeOf(stack: string): string {
  const frames = stack.split('\n').filter((line) => line.includes(ROOT) && !line.includes('/node_modules/'));
  return /([^/](?:[^:()]|:(?!\d))*:\d+):\d+\)?$/.exec(frames[0]?.split(ROOT)[1] ?? '')?.[1] ?? '';
}
