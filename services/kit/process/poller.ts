import { BackOff } from '../time/back-off.ts';
import type { Background } from './background.ts';

const MAX_FAILURE_PAUSE_MS = 5_000;

export interface PollerOptions {
  /** Processes pending work. Resolves with whether there was any. `signal` aborts when the poller stops. */
  readonly poll: (signal: AbortSignal) => Promise<boolean>;
  /** Maximum pause in milliseconds between two polls that find nothing. */
  readonly maxPauseMs: number;
  /** Name of the work, for the log. */
  readonly name: string;
  readonly log: { warn(message: string, fields: Readonly<Record<string, unknown>>): void };
}

/**
 * Polls for pending work: at once while there is some, otherwise after pauses that grow fourfold from 5 ms. Work that
 * is committed just after `wake` is therefore found within milliseconds, and an idle poller costs little.
 */
export class Poller implements Background {
  readonly #options: PollerOptions;
  readonly #stopping = new AbortController();
  readonly #backOff = new BackOff({ minMs: 5, maxMs: MAX_FAILURE_PAUSE_MS, factor: 4 });
  #woken = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the current pause, because there may be work now. */
  wake(): void {
    this.#backOff.reset();
    this.#woken.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { poll, maxPauseMs, name, log } = this.#options;
    while (!signal.aborted) {
      this.#woken = Promise.withResolvers();
      try {
        if (await poll(signal)) this.#backOff.reset();
        else await this.#pause(this.#backOff.next(maxPauseMs));
      } catch (error) {
        if (signal.aborted) return;
        const pauseMs = this.#backOff.next();
        log.warn(`${name} failed; retrying`, { error, milliseconds: pauseMs });
        await this.#pause(pauseMs);
      }
    }
  }

  async #pause(pauseMs: number): Promise<void> {
    const timer = setTimeout(this.#woken.resolve, pauseMs);
    await this.#woken.promise;
    clearTimeout(timer);
  }
}
