import { setTimeout as delay } from 'node:timers/promises';
import type { Exit } from './process/spawn-tied.ts';
import { formatLogLine, type Reporter } from './reporter.ts';
import type { RunningProcess } from './running-process.ts';

/** Starts in a row that may fail before the run gives up, or says that something is wrong for good. */
const PATIENCE = 5;
const FIRST_PAUSE_MS = 100;
/** Before a program is started again, unless the run says otherwise. */
const LONGEST_PAUSE_MS = 10_000;
/** Lines that a report of failure repeats. */
const TAIL = 10;
/** A process that served for so long failed anew, not again. */
const STABLE_MS = 10_000;
/** EX_CONFIG of sysexits.h: another try would end the same way. */
const WRONG_SETTING = 78;

/** A program that is started again whenever it ends by itself. */
export interface SupervisedProcess {
  readonly name: string;
  /** Resolves when it served for the first time. Rejects with its last lines when it never did. */
  readonly ready: Promise<void>;
  /** Number of its process; undefined while there is none. */
  readonly pid: number | undefined;
  /** Stops it and starts it anew. Resolves when it serves again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  kill(): void;
}

/**
 * @param launch starts the program; gives each of its lines to `onLine`
 * @param longestPauseMs milliseconds to wait at most before it is started again
 */
export function supervise(
  name: string,
  launch: (onLine: (line: string) => void) => Promise<RunningProcess>,
  reporter: Reporter,
  longestPauseMs = LONGEST_PAUSE_MS,
): SupervisedProcess {
  const stopping = new AbortController();
  const first = Promise.withResolvers<void>();
  // Whoever waits for it hears of a failure; nobody may be waiting yet.
  first.promise.catch(() => {});
  let current: RunningProcess | undefined;
  let served = false;
  let restarting: PromiseWithResolvers<void> | undefined;
  let isAsked = false;

  const attempt = async (tail: string[]): Promise<{ readonly why: string; readonly hopeless: boolean }> => {
    let running: RunningProcess | undefined;
    try {
      running = await launch((line) => {
        tail.push(line);
        if (tail.length > TAIL) tail.shift();
        reporter.line(name, line);
      });
      current = running;
      if (stopping.signal.aborted) running.kill();
      await Promise.race([running.ready, running.exited.then(rejectExit)]);
      restarting?.resolve();
      restarting = undefined;
      if (!served) first.resolve();
      else reporter.note(name, 'serves again');
      served = true;
      return { why: describe(await running.exited), hopeless: false };
    } catch (error) {
      await running?.stop();
      const exit = await running?.exited.catch(() => undefined);
      // A probe that was cut short by the end says nothing of its reason.
      const cut = exit && error instanceof Error && error.name === 'AbortError';
      const why = error instanceof Error ? error.message : String(error);
      return { why: cut ? describe(exit) : why, hopeless: exit?.code === WRONG_SETTING };
    }
  };

  const loop = async () => {
    for (let failures = 1; ; failures++) {
      const tail: string[] = [];
      const start = Date.now();
      const { why, hopeless } = await attempt(tail);
      current = undefined;
      if (stopping.signal.aborted) break;
      if (isAsked) {
        isAsked = false;
        failures = 0;
        continue;
      }
      if (Date.now() - start > STABLE_MS) failures = 1;
      const report = [`${name} ${why}`, ...tail.map((line) => `  ${formatLogLine(line).text}`)].join('\n');
      if (!served && (hopeless || failures >= PATIENCE)) {
        first.reject(new Error(hopeless ? report : `${name} failed ${failures} times in a row: ${report}`));
        break;
      }
      if (failures >= PATIENCE) reporter.problem(name, `failed ${failures} times in a row\n${report}`);
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), longestPauseMs);
      reporter.problem(name, `${why}; starts again in ${pause / 1_000} s`);
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) break;
    }
    first.reject(new Error(`${name} was stopped`));
    restarting?.reject(new Error(`${name} was stopped`));
  };
  const ended = loop();

  return {
    name,
    ready: first.promise,
    get pid() {
      return current?.pid;
    },
    async restart() {
      restarting ??= Promise.withResolvers();
      isAsked = true;
      const { promise } = restarting;
      await current?.stop();
      await promise;
    },
    async stop() {
      stopping.abort();
      await current?.stop();
      await ended;
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
  return signal ? `was ended by ${signal}` : `ended with code ${code}`;
}
