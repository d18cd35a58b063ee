import type { Failure } from './failure.ts';

/**
 * Reports an error as every verb does. `error: MESSAGE` goes to standard error, and with `--json` one line
 * `{"error":{"message","unexpected"}}` to standard output, where the result would have been. An error that is a bug
 * says so, and what to report. `--verbose` adds the stack to both.
 */
export function reportFailure(failure: Failure): void {
  process.stderr.write(failureText(failure));
  if (!process.argv.includes('--json')) return;
  const { message, isUnexpected, stack } = failure;
  const error = { message, unexpected: isUnexpected, ...(isVerbose() && { stack }) };
  process.stdout.write(`${JSON.stringify({ error })}\n`);
}

/** The lines of standard error for a failure. */
export function failureText({ message, isUnexpected, stack }: Failure): string {
  const shown = isVerbose() ? `${stack}\n` : '';
  if (!isUnexpected) return `error: ${message}\n${shown}`;
  const advice = isVerbose()
    ? 'report it with the command and this stack:'
    : 'run the command again with --verbose, and report it with the command and the stack that is shown then';
  return `error: unexpected failure: ${message}\nThis is a bug in Weft: ${advice}\n${shown}`;
}

/** Read from the command line itself, so that it holds for errors in the command line, too. */
export function isVerbose(): boolean {
  return process.argv.includes('--verbose');
}
