import { setTimeout as delay } from 'node:timers/promises';
import type { Exit } from './process/spawn-tied.ts';
import { formatLogLine, type Reporter } from './reporter.ts';
import type { RunningProcess } from './running-process.ts';

/** Consecutive failures after which a start fails, or a restart reports the last lines of the process. */
const MAX_CONSECUTIVE_FAILURES = 5;
const MIN_RESTART_DELAY_MS = 100;
const MAX_RESTART_DELAY_MS = 10_000;
/** Lines of output in a failure report. */
const MAX_TAIL_LINES = 10;
/** A process that ran for longer resets the count of consecutive failures. */
const STABLE_AFTER_MS = 10_000;
/** EX_CONFIG of sysexits.h: invalid configuration, so that a restart would fail as well. */
const EXIT_CONFIG = 78;

/** A process that is restarted whenever it exits. */
export interface SupervisedProcess {
  readonly name: string;
  /** Resolves once the process is ready for the first time. Rejects with its last lines if it never is. */
  readonly ready: Promise<void>;
  /** Current process id; undefined between two processes. */
  readonly pid: number | undefined;
  /** Stops the process and starts it again. Resolves once the new process is ready. */
  restart(): Promise<void>;
  /** Stops the process for good. */
  stop(): Promise<void>;
  /** Kills the process for good. */
  kill(): void;
}

/** How a process ended. */
interface Outcome {
  readonly reason: string;
  /** Whether a restart would fail for the same reason. */
  readonly isPermanent: boolean;
}

/**
 * Starts a process, and restarts it with exponential backoff whenever it exits.
 *
 * @param launch starts the process and passes each line of its output to `onLine`
 * @param maxRestartDelayMs longest delay before a restart. @default 10000
 */
export function supervise(
  name: string,
  launch: (onLine: (line: string) => void) => Promise<RunningProcess>,
  reporter: Reporter,
  maxRestartDelayMs = MAX_RESTART_DELAY_MS,
): SupervisedProcess {
  const stopping = new AbortController();
  const firstReady = Promise.withResolvers<void>();
  // Prevents an unhandled rejection if the process fails before the caller awaits `ready`.
  firstReady.promise.catch(() => {});
  let current: RunningProcess | undefined;
  let wasReady = false;
  let restarted: PromiseWithResolvers<void> | undefined;
  let isRestartRequested = false;

  const runOnce = async (tail: string[]): Promise<Outcome> => {
    let running: RunningProcess | undefined;
    try {
      running = await launch((line) => {
        tail.push(line);
        if (tail.length > MAX_TAIL_LINES) tail.shift();
        reporter.line(name, line);
      });
      current = running;
      if (stopping.signal.aborted) running.kill();
      await Promise.race([running.ready, running.exited.then(rejectExit)]);
      restarted?.resolve();
      restarted = undefined;
      if (!wasReady) firstReady.resolve();
      else reporter.note(name, 'is ready again');
      wasReady = true;
      return { reason: describe(await running.exited), isPermanent: false };
    } catch (error) {
      await running?.stop();
      const exit = await running?.exited.catch(() => undefined);
      // The exit of the process aborts its probe. Report the exit, because the AbortError would hide the cause.
      const isProbeAborted = exit && error instanceof Error && error.name === 'AbortError';
      const message = error instanceof Error ? error.message : String(error);
      return { reason: isProbeAborted ? describe(exit) : message, isPermanent: exit?.code === EXIT_CONFIG };
    }
  };

  const runUntilStopped = async () => {
    for (let failures = 1; ; failures++) {
      const tail: string[] = [];
      const start = Date.now();
      const { reason, isPermanent } = await runOnce(tail);
      current = undefined;
      if (stopping.signal.aborted) break;
      if (isRestartRequested) {
        isRestartRequested = false;
        failures = 0;
        continue;
      }
      if (Date.now() - start > STABLE_AFTER_MS) failures = 1;
      const report = [`${name} ${reason}`, ...tail.map((line) => `  ${formatLogLine(line).text}`)].join('\n');
      if (!wasReady && (isPermanent || failures >= MAX_CONSECUTIVE_FAILURES)) {
        firstReady.reject(
          new Error(isPermanent ? report : `${name} failed ${failures} times in a row: ${report}`),
        );
        break;
      }
      if (failures >= MAX_CONSECUTIVE_FAILURES)
        reporter.problem(name, `failed ${failures} times in a row\n${report}`);
      const delayMs = Math.min(MIN_RESTART_DELAY_MS * 2 ** (failures - 1), maxRestartDelayMs);
      reporter.problem(name, `${reason}; restarting in ${delayMs / 1_000} s`);
      await delay(delayMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) break;
    }
    firstReady.reject(new Error(`${name} was stopped`));
    restarted?.reject(new Error(`${name} was stopped`));
  };
  const stopped = runUntilStopped();

  return {
    name,
    ready: firstReady.promise,
    get pid() {
      return current?.pid;
    },
    async restart() {
      restarted ??= Promise.withResolvers();
      isRestartRequested = true;
      const { promise } = restarted;
      await current?.stop();
      await promise;
    },
    async stop() {
      stopping.abort();
      await current?.stop();
      await stopped;
    },
    kill() {
      stopping.abort();
      current?.kill();
    },
  };
}

function rejectExit(exit: Exit): never {
  throw new Error(describe(exit));
}

function describe({ code, signal, reason }: Exit): string {
  if (reason) return reason;
  return signal ? `was killed by ${signal}` : `exited with code ${code}`;
}
