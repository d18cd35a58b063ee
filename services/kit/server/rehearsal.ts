import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { serviceError } from '../errors/service-error.ts';
import { failing } from './failing.ts';

/** How a process misbehaves on purpose. */
export const TROUBLE = z.strictObject({
  /** Share of the calls that fail, 0 to 100. @default 0 */
  failPercent: z.number().min(0).max(100).default(0),
  /** Milliseconds that a call takes longer, up to a minute. @default 0 */
  delayMs: z.number().min(0).max(60_000).default(0),
  /** Calls that are worked on at a time; others wait for their turn. @default any number */
  slots: z.number().int().min(1).optional(),
});
export type Trouble = z.output<typeof TROUBLE>;

/** Keys that are counted; the calls of others are not told apart. */
const KEYS = 1_000;

/** Makes a process misbehave as it is told, so that what its callers do about it can be seen. */
export class Rehearsal {
  #trouble: Trouble;
  #fails: () => boolean;
  #working = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #keys = new Map<string, number>();

  constructor(trouble: Trouble) {
    this.#trouble = trouble;
    this.#fails = failing(trouble.failPercent);
  }

  /** From the next call on. Calls that wait for their turn go on waiting for it. */
  set(trouble: Trouble): void {
    this.#trouble = trouble;
    this.#fails = failing(trouble.failPercent);
    this.#keys.clear();
    this.#next();
  }

  /** Calls since the last `set`, by the x-canary header of those that had one. */
  get keys(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#keys);
  }

  /**
   * Holds a call up.
   * @throws ServiceError `failed-on-purpose`, when it is its turn to fail; what `signal` aborted with, when it was given up
   */
  async meet(key: string, signal: AbortSignal): Promise<void> {
    if (key && (this.#keys.has(key) || this.#keys.size < KEYS))
      this.#keys.set(key, (this.#keys.get(key) ?? 0) + 1);
    if (this.#fails()) throw serviceError('failed-on-purpose');
    const { slots, delayMs } = this.#trouble;
    if (delayMs === 0) return;
    if (slots === undefined) return pause(delayMs, signal);
    await this.#turn(slots, signal);
    try {
      await pause(delayMs, signal);
    } finally {
      this.#working--;
      this.#next();
    }
  }

  async #turn(slots: number, signal: AbortSignal): Promise<void> {
    while (this.#working >= slots) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      if (signal.aborted) {
        const index = this.#waiting.indexOf(resolve);
        if (index >= 0) this.#waiting.splice(index, 1);
        // It was called up and given up at once: the turn is for the next.
        else this.#next();
        throw signal.reason;
      }
    }
    this.#working++;
  }

  #next(): void {
    this.#waiting.shift()?.();
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
