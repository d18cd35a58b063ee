import type { Background } from './background.ts';

const FIRST_PAUSE_MS = 5;
const GROWTH = 4;
const LONGEST_FAILURE_PAUSE_MS = 5_000;

export interface PollerOptions {
  /** Does what there is to do; whether there was something. Its signal aborts when the poller stops. */
  readonly look: (signal: AbortSignal) => Promise<boolean>;
  /** Longest pause between two looks that find nothing, in milliseconds. */
  readonly longestPauseMs: number;
  /** What it does, for the log. */
  readonly name: string;
  readonly log: { warn(message: string, fields: Readonly<Record<string, unknown>>): void };
}

/**
 * Looks again and again: at once as long as there is something, then after pauses that grow fourfold from 5 ms. So what is
 * not there quite yet when the poller is woken is found soon, and an idle one costs little.
 */
export class Poller implements Background {
  readonly #options: PollerOptions;
  readonly #stopping = new AbortController();
  #pauseMs = FIRST_PAUSE_MS;
  #awake = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Says that there may be something now. */
  wake(): void {
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#awake.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { look, longestPauseMs, name, log } = this.#options;
    while (!signal.aborted) {
      this.#awake = Promise.withResolvers();
      try {
        if (await look(signal)) this.#pauseMs = FIRST_PAUSE_MS;
        else await this.#pause(longestPauseMs);
      } catch (error) {
        if (signal.aborted) return;
        log.warn(`${name} failed; trying again`, { error, milliseconds: this.#pauseMs });
        await this.#pause(LONGEST_FAILURE_PAUSE_MS);
      }
    }
  }

  async #pause(longestMs: number): Promise<void> {
    const pauseMs = Math.min(this.#pauseMs, longestMs);
    this.#pauseMs = pauseMs * GROWTH;
    const timer = setTimeout(this.#awake.resolve, pauseMs);
    await this.#awake.promise;
    clearTimeout(timer);
  }
}
