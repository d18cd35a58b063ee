import { failureOf } from '../../mesh/report/failure.ts';
import { reportFailure } from '../../mesh/report/report-failure.ts';
import { StoppedError } from './stop-signals.ts';
import { UsageError } from './usage-error.ts';

export interface VerbOptions {
  /** Aborts when the verb is asked to stop. A later error is reported as a stop. @default never aborts */
  readonly signal?: AbortSignal;
  /** Returns the message of a stopped verb, given the error message. @default 'stopped' */
  readonly stopMessage?: (reason: string) => string;
  /** Exit code of an error that is not a bug. @default 1 */
  readonly failureCode?: number;
}

/** Exit code of an invalid command line. */
const USAGE_EXIT_CODE = 2;
/** Exit code of a process stopped by Ctrl-C: 128 + SIGINT. */
const STOPPED_EXIT_CODE = 130;

/**
 * Runs a verb, and reports its errors, including those of callbacks.
 *
 * @param main resolves with the exit code; undefined leaves the exit code unchanged
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

/** Reports an error, and returns the exit code. */
function report(
  error: unknown,
  { signal, stopMessage = () => 'stopped', failureCode = 1 }: VerbOptions,
): number {
  // The reader has closed the output, as in `npm run kind:status | head -1`.
  if ((error as NodeJS.ErrnoException | null)?.code === 'EPIPE') return failureCode;
  const failure = failureOf(error);
  if (error instanceof StoppedError || (signal?.aborted && !failure.isUnexpected)) {
    reportFailure({ ...failure, message: stopMessage(failure.message) });
    return STOPPED_EXIT_CODE;
  }
  reportFailure(failure);
  if (error instanceof UsageError) return USAGE_EXIT_CODE;
  return failure.isUnexpected ? 1 : failureCode;
}
