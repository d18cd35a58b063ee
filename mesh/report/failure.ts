import { fileURLToPath } from 'node:url';
import { isNativeError } from 'node:util/types';

/** The checkout. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** An error as it is reported to a user. */
export interface Failure {
  readonly message: string;
  /** Whether it is a bug: neither an error that this project's code reports nor one of the operating system. */
  readonly isUnexpected: boolean;
  /** The stack, followed by those of its causes. */
  readonly stack: string;
}

/** Errors that a mistake in code causes. Errors of this project have other classes. */
const BUGS = new Set([
  ...['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'URIError', 'EvalError'],
  ...['AssertionError', 'ZodError'],
]);

/** Returns how an error, or any other thrown value, is reported to a user. */
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

/** Errors that quote a bug in their message do not explain it. */
function isBug(error: Error): boolean {
  const { name, message, cause } = error;
  if (message === '') return true;
  if (BUGS.has(name)) return !isWrongOption(error);
  return cause instanceof Error && message.includes(cause.message) && isBug(cause);
}

/** Node reports a wrong option of a command line as a TypeError. */
function isWrongOption(error: Error): boolean {
  return String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS_');
}

/**
 * The message of an error of the operating system. `fetch` and a connection to a name with several addresses have it
 * in the cause or in the parts of their error.
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

/** Messages of the TypeError by which `fetch` reports a connection that fails, or that breaks off. */
const FETCH_ERRORS = new Set(['fetch failed', 'terminated']);

function stackOf(error: Error): string {
  const { stack = `${error.name}: ${error.message}`, cause } = error;
  return cause instanceof Error ? `${stack}\ncaused by ${stackOf(cause)}` : stack;
}

/** The first place of this project in a stack, as in `scripts/operate/cluster/load-images.ts:24`. */
function placeOf(stack: string): string {
  const frames = stack.split('\n').filter((line) => line.includes(ROOT) && !line.includes('/node_modules/'));
  return /([^/](?:[^:()]|:(?!\d))*:\d+):\d+\)?$/.exec(frames[0]?.split(ROOT)[1] ?? '')?.[1] ?? '';
}
