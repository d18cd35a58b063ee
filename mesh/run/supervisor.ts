import { setTimeout as delay } from 'node:timers/promises';
import type { Exit } from './process/spawn-tied.ts';
import type { ProcessPhase, ProcessStatus } from './process-status.ts';
import { formatLogLine, type Reporter } from './reporter.ts';
import type { ProcessObserver, RunningProcess } from './running-process.ts';

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

export interface SuperviseOptions {
  readonly name: string;
  readonly launch: (observer: ProcessObserver) => Promise<RunningProcess>;
  readonly reporter: Reporter;
  /** Longest delay before a restart. @default 10000 */
  readonly maxRestartDelayMs?: number | undefined;
  /** Called after each change of the status. @default nothing */
  readonly onStatus?: (status: ProcessStatus) => void;
}

/** How a process ended. */
interface Outcome {
  readonly reason: string;
  /** Whether a restart would fail for the same reason. */
  readonly isPermanent: boolean;
}

/** A stop by the user. */
interface Pause {
  /** Resolves once the process has exited. */
  readonly stopped: PromiseWithResolvers<void>;
  /** Resolves once the user starts the process. */
  readonly resumed: PromiseWithResolvers<void>;
}

/** A process that is restarted with exponential backoff whenever it exits. */
export class SupervisedProcess {
  readonly name: string;
  readonly #options: SuperviseOptions;
  readonly #end = new AbortController();
  readonly #firstReady = Promise.withResolvers<void>();
  readonly #stopped: Promise<void>;
  #current: RunningProcess | undefined;
  #wasReady = false;
  #restarted: PromiseWithResolvers<void> | undefined;
  #isRestartRequested = false;
  /** Set while the user has stopped the process. */
  #pause: Pause | undefined;
  /** Whether the process is never started again. */
  #isOver = false;
  /** Ends the delay before a restart. */
  #wake = new AbortController();
  #launches = 0;
  #status: ProcessStatus = {
    phase: 'starting',
    since: Date.now(),
    pid: undefined,
    restarts: 0,
    waitsFor: undefined,
    lastProblem: undefined,
  };

  /** Starts the process. */
  constructor(options: SuperviseOptions) {
    this.name = options.name;
    this.#options = options;
    // Prevents an unhandled rejection if the process fails before the caller awaits `ready`.
    this.#firstReady.promise.catch(() => {});
    this.#stopped = this.#runUntilStopped();
  }

  /** Resolves once the process is ready for the first time. Rejects with its last lines if it never is. */
  get ready(): Promise<void> {
    return this.#firstReady.promise;
  }

  /** Current process id; undefined between two processes. */
  get pid(): number | undefined {
    return this.#current?.pid;
  }

  get status(): ProcessStatus {
    return this.#status;
  }

  /**
   * Stops the process and starts it again, also if the user stopped it. Resolves once the new process is ready. Rejects
   * if the process is stopped before.
   */
  async restart(): Promise<void> {
    const ready = this.#requestLaunch();
    if (this.#current) this.#setPhase('stopping');
    await this.#current?.stop();
    await ready;
  }

  /** Stops the process until `resume` or `restart`. Resolves once it has exited. */
  async pause(): Promise<void> {
    this.#checkNotOver();
    this.#pause ??= { stopped: Promise.withResolvers(), resumed: Promise.withResolvers() };
    const { stopped } = this.#pause;
    this.#isRestartRequested = false;
    this.#rejectRestart();
    this.#wake.abort();
    if (this.#current) this.#setPhase('stopping');
    await this.#current?.stop();
    await stopped.promise;
  }

  /** Starts the process after `pause`. Resolves once it is ready; does nothing if the user has not stopped it. */
  async resume(): Promise<void> {
    this.#checkNotOver();
    if (this.#pause) await this.#requestLaunch();
  }

  /** Stops the process for good. */
  async stop(): Promise<void> {
    this.#end.abort();
    this.#wake.abort();
    this.#endPause();
    if (this.#current) this.#setPhase('stopping');
    await this.#current?.stop();
    await this.#stopped;
  }

  /** Kills the process for good. */
  kill(): void {
    this.#end.abort();
    this.#endPause();
    this.#current?.kill();
  }

  /** Requests another launch after the exit of the current process. Returns a promise of its readiness. */
  #requestLaunch(): Promise<void> {
    this.#checkNotOver();
    this.#restarted ??= Promise.withResolvers();
    const { promise } = this.#restarted;
    // Prevents an unhandled rejection while the caller still awaits the exit of the current process.
    promise.catch(() => {});
    this.#isRestartRequested = true;
    this.#endPause();
    this.#wake.abort();
    return promise;
  }

  #endPause(): void {
    this.#pause?.stopped.resolve();
    this.#pause?.resumed.resolve();
    this.#pause = undefined;
  }

  #checkNotOver(): void {
    if (this.#isOver || this.#end.signal.aborted)
      throw new Error(`${this.name} is not started again in this run; start the run again`);
  }

  #rejectRestart(): void {
    this.#restarted?.reject(new Error(`${this.name} was stopped`));
    this.#restarted = undefined;
  }

  async #runUntilStopped(): Promise<void> {
    const { name, reporter, maxRestartDelayMs = MAX_RESTART_DELAY_MS } = this.#options;
    for (let failures = 1; ; failures++) {
      const tail: string[] = [];
      const start = Date.now();
      this.#wake = new AbortController();
      const { reason, isPermanent } = await this.#runOnce(tail);
      this.#current = undefined;
      if (this.#end.signal.aborted) break;
      if (this.#pause || this.#isRestartRequested) {
        await this.#untilResumed();
        if (this.#end.signal.aborted) break;
        this.#isRestartRequested = false;
        failures = 0;
        continue;
      }
      if (Date.now() - start > STABLE_AFTER_MS) failures = 1;
      const report = [`${name} ${reason}`, ...tail.map((line) => `  ${formatLogLine(line).text}`)].join('\n');
      if (!this.#wasReady && (isPermanent || failures >= MAX_CONSECUTIVE_FAILURES)) {
        this.#firstReady.reject(
          new Error(isPermanent ? report : `${name} failed ${failures} times in a row: ${report}`),
        );
        this.#setPhase('failed', { lastProblem: reason });
        break;
      }
      if (failures >= MAX_CONSECUTIVE_FAILURES)
        reporter.problem(name, `failed ${failures} times in a row\n${report}`);
      const delayMs = Math.min(MIN_RESTART_DELAY_MS * 2 ** (failures - 1), maxRestartDelayMs);
      reporter.problem(name, `${reason}; restarting in ${delayMs / 1_000} s`);
      this.#setPhase('restarting', { waitsFor: `restart in ${delayMs / 1_000} s`, lastProblem: reason });
      const signal = AbortSignal.any([this.#end.signal, this.#wake.signal]);
      await delay(delayMs, undefined, { signal }).catch(() => {});
      await this.#untilResumed();
      if (this.#end.signal.aborted) break;
      if (this.#isRestartRequested) failures = 0;
      this.#isRestartRequested = false;
    }
    this.#isOver = true;
    if (this.#status.phase !== 'failed') this.#setPhase('stopped');
    this.#firstReady.reject(new Error(`${name} was stopped`));
    this.#rejectRestart();
    this.#endPause();
  }

  /** Waits while the user has stopped the process. */
  async #untilResumed(): Promise<void> {
    while (this.#pause && !this.#end.signal.aborted) {
      this.#setPhase('stopped');
      this.#pause.stopped.resolve();
      await this.#pause.resumed.promise;
    }
  }

  async #runOnce(tail: string[]): Promise<Outcome> {
    const { name, launch, reporter } = this.#options;
    let running: RunningProcess | undefined;
    this.#launches++;
    this.#setPhase('starting');
    try {
      running = await launch({
        onLine: (line) => {
          tail.push(line);
          if (tail.length > MAX_TAIL_LINES) tail.shift();
          reporter.line(name, line);
        },
        onWait: (text) => this.#onWait(text),
      });
      this.#current = running;
      this.#setPhase(this.#status.phase, { waitsFor: this.#status.waitsFor });
      if (this.#end.signal.aborted) running.kill();
      // The user stopped or restarted the process while it was being launched.
      else if (this.#isStopRequested) {
        this.#setPhase('stopping');
        void running.stop();
      }
      await Promise.race([running.ready, running.exited.then(rejectExit)]);
      if (!this.#isStopRequested) this.#onReady();
      return { reason: describe(await running.exited), isPermanent: false };
    } catch (error) {
      await running?.stop();
      const exit = await running?.exited.catch(() => undefined);
      // The exit of the process aborts its probe. Report the exit, because the AbortError would hide the cause.
      const isProbeAborted = exit && error instanceof Error && error.name === 'AbortError';
      const message = error instanceof Error ? error.message : String(error);
      return { reason: isProbeAborted ? describe(exit) : message, isPermanent: exit?.code === EXIT_CONFIG };
    }
  }

  /** Whether the current process shall exit. */
  get #isStopRequested(): boolean {
    return this.#pause !== undefined || this.#isRestartRequested || this.#end.signal.aborted;
  }

  #onReady(): void {
    this.#restarted?.resolve();
    this.#restarted = undefined;
    if (!this.#wasReady) this.#firstReady.resolve();
    else this.#options.reporter.note(this.name, 'is ready again');
    this.#wasReady = true;
    this.#setPhase('ready');
  }

  #onWait(text: string | undefined): void {
    const { phase } = this.#status;
    if (phase === 'starting') this.#setPhase('starting', { waitsFor: text });
    else if (phase === 'ready' && text !== undefined)
      this.#setPhase('unready', { waitsFor: text, lastProblem: `${text} failed` });
    else if (phase === 'unready' && text === undefined) this.#setPhase('ready');
  }

  #setPhase(
    phase: ProcessPhase,
    details: Partial<Pick<ProcessStatus, 'waitsFor' | 'lastProblem'>> = {},
  ): void {
    const { since, lastProblem } = this.#status;
    this.#status = {
      phase,
      since: phase === this.#status.phase ? since : Date.now(),
      pid: this.#current?.pid,
      restarts: this.#launches - 1,
      waitsFor: details.waitsFor,
      lastProblem: details.lastProblem ?? lastProblem,
    };
    this.#options.onStatus?.(this.#status);
  }
}

function rejectExit(exit: Exit): never {
  throw new Error(describe(exit));
}

function describe({ code, signal, reason }: Exit): string {
  if (reason) return reason;
  return signal ? `was killed by ${signal}` : `exited with code ${code}`;
}
