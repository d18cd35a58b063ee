import type { Failure } from './failure.ts';

/**
 * Reports the failure of a command. Writes `error: MESSAGE` to standard error and, with `--json`, one line
 * `{"error":{"message","unexpected"}}` to standard output in place of the result. For a bug, the text says how to
 * report it. `--verbose` adds the stack to both.
 */
export function reportFailure(failure: Failure): void {
  process.stderr.write(failureText(failure));
  if (!process.argv.includes('--json')) return;
  const { message, isUnexpected, stack } = failure;
  const error = { message, unexpected: isUnexpected, ...(isVerbose() && { stack }) };
  process.stdout.write(`${JSON.stringify({ error })}\n`);
}

/** Returns the text of a failure for standard error. */
export function failureText({ message, isUnexpected, stack }: Failure): string {
  const details = isVerbose() ? `${stack}\n` : '';
  if (!isUnexpected) return `error: ${message}\n${details}`;
  const advice = isVerbose()
    ? 'report it with the command and this stack:'
    : 'run the command again with --verbose, and report it with the command and its stack';
  return `error: unexpected failure: ${message}\nThis is a bug in Weft: ${advice}\n${details}`;
}

/** Returns whether `--verbose` is given. Reads the command line directly, because its parser may be what failed. */
export function isVerbose(): boolean {
  return process.argv.includes('--verbose');
}
