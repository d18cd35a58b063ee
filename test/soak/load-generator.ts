import { setTimeout as delay } from 'node:timers/promises';

export interface LoadOptions {
  /** Number of workers that send requests concurrently. */
  readonly concurrency: number;
  /** Minimum time between the starts of two requests of one worker. */
  readonly intervalMs: number;
  /** Sends one request and resolves when it is answered. Requests are numbered from 0. */
  readonly send: (index: number) => Promise<void>;
  readonly stop: AbortSignal;
}

/**
 * Sends requests until `stop` aborts. Each worker waits for its answer before the next request. A machine short of CPU
 * therefore gets less load, so that failures are caused by the test's actions rather than by overload.
 * @returns the number of requests sent
 */
export async function generateLoad({ concurrency, intervalMs, send, stop }: LoadOptions): Promise<number> {
  const start = performance.now();
  let sent = 0;
  const work = async (worker: number) => {
    for (let due = start + (worker * intervalMs) / concurrency; !stop.aborted; due += intervalMs) {
      const waitMs = due - performance.now();
      // A late worker shifts its schedule instead of catching up with a burst.
      if (waitMs > 0) await delay(waitMs);
      else due -= waitMs;
      await send(sent++);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => work(worker)));
  return sent;
}
