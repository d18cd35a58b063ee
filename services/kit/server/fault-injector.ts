import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { serviceError } from '../errors/service-error.ts';

/** The faults that a process injects into its own calls. */
export const FAULT_INJECTION = z.strictObject({
  /** Share of calls that fail, in percent, 0 to 100. @default 0 */
  failPercent: z.number().min(0).max(100).default(0),
  /** Added latency of each call in milliseconds, 0 to 60,000. @default 0 */
  delayMs: z.number().min(0).max(60_000).default(0),
  /** Calls that are delayed concurrently; further calls queue behind them. @default unlimited */
  slots: z.number().int().min(1).optional(),
});
export type FaultInjection = z.output<typeof FAULT_INJECTION>;

/** Keys whose calls are counted. Calls with other keys are not counted, which bounds memory. */
const MAX_COUNTED_KEYS = 1_000;

/** Injects failures and latency into a process's own calls, so that the callers' policies can be observed. */
export class FaultInjector {
  #fault: FaultInjection;
  #shouldFail: () => boolean;
  #inFlight = 0;
  readonly #queue: (() => void)[] = [];
  readonly #callsByKey = new Map<string, number>();

  constructor(fault: FaultInjection) {
    this.#fault = fault;
    this.#shouldFail = failEvenly(fault.failPercent);
  }

  /** Replaces the fault from the next call on and resets the counts. Queued calls stay queued. */
  inject(fault: FaultInjection): void {
    this.#fault = fault;
    this.#shouldFail = failEvenly(fault.failPercent);
    this.#callsByKey.clear();
    this.#wakeNext();
  }

  /** Number of calls since the last `inject`, by the value of their x-canary header. */
  get callsByKey(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#callsByKey);
  }

  /**
   * Applies the current fault to a call.
   * @param key value of the call's x-canary header; empty without one
   * @throws ServiceError `failed-on-purpose` for the calls selected to fail; the reason of `signal` when it aborts
   */
  async apply(key: string, signal: AbortSignal): Promise<void> {
    if (key && (this.#callsByKey.has(key) || this.#callsByKey.size < MAX_COUNTED_KEYS))
      this.#callsByKey.set(key, (this.#callsByKey.get(key) ?? 0) + 1);
    if (this.#shouldFail()) throw serviceError('failed-on-purpose');
    const { slots, delayMs } = this.#fault;
    if (delayMs === 0) return;
    if (slots === undefined) return pause(delayMs, signal);
    await this.#acquireSlot(slots, signal);
    try {
      await pause(delayMs, signal);
    } finally {
      this.#inFlight--;
      this.#wakeNext();
    }
  }

  async #acquireSlot(slots: number, signal: AbortSignal): Promise<void> {
    while (this.#inFlight >= slots) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#queue.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      if (signal.aborted) {
        const index = this.#queue.indexOf(resolve);
        if (index >= 0) this.#queue.splice(index, 1);
        // The call was dequeued and aborted at the same time: pass the slot on, or the queue stalls.
        else this.#wakeNext();
        throw signal.reason;
      }
    }
    this.#inFlight++;
  }

  #wakeNext(): void {
    this.#queue.shift()?.();
  }
}

/**
 * Returns a function that decides for each call in turn whether it fails. Exactly `percent` of any hundred calls fail,
 * spread evenly. The choice is deterministic so that tests can count failures.
 */
export function failEvenly(percent: number): () => boolean {
  let accumulated = 0;
  return () => {
    accumulated += percent;
    if (accumulated < 100) return false;
    accumulated -= 100;
    return true;
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
