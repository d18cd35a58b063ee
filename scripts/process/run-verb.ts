import { failureOf } from '../../mesh/report/failure.ts';
import { reportFailure } from '../../mesh/report/report-failure.ts';
import { StoppedError } from './stop-signals.ts';
import { UsageError } from './usage-error.ts';

export interface VerbOptions {
  /** Aborts when the verb is asked to stop. An error after that is not reported as a failure. @default never */
  readonly signal?: AbortSignal;
  /** Returns the message for a verb that was stopped. @default 'stopped' */
  readonly stopMessage?: (reason: string) => string;
  /** Exit code of an error that is not a bug. @default 1 */
  readonly failureCode?: number;
}

/** Exit code for a command line that is wrong. */
const USAGE_EXIT_CODE = 2;
/** Exit code of a process that was stopped by Ctrl-C. Source: 128 + SIGINT. */
const STOPPED_EXIT_CODE = 130;

/**
 * Runs a verb to its end, and reports its errors, those of callbacks too, in the one way that all verbs have.
 *
 * @param main resolves with the exit code, or with nothing to leave it as it is
 */
export async function runVerb(
  main: () => Promise<number | undefined> | Promise<void>,
  options: VerbOptions = {},
): Promise<void> {
  process.on('uncaughtException', (error) => process.exit(report(error, options)));
  try {
    const code = await main();
    if (code !== undefined) process.exitCode = code;
  } catch (error) {
    process.exitCode = report(error, options);
  }
}

/** @returns the exit code */
function report(
  error: unknown,
  { signal, stopMessage: stopped = () => 'stopped', failureCode = 1 }: VerbOptions,
): number {
  // The reader of the output is gone, as in `npm run kind:status | head -1`.
  if ((error as NodeJS.ErrnoException | null)?.code === 'EPIPE') return failureCode;
  const failure = failureOf(error);
  if (error instanceof StoppedError || (signal?.aborted && !failure.isUnexpected)) {
    reportFailure({ ...failure, message: stopped(failure.message) });
    return STOPPED_EXIT_CODE;
  }
  reportFailure(failure);
  if (error instanceof UsageError) return USAGE_EXIT_CODE;
  return failure.isUnexpected ? 1 : failureCode;
}
