import { setTimeout as delay } from 'node:timers/promises';

export interface Visitors {
  /** Who send requests at the same time. */
  readonly visitors: number;
  /** Milliseconds from one request of a visitor to its next, at least. */
  readonly intervalMs: number;
  /** Sends one request and resolves with its answer; counted from 0. */
  readonly send: (index: number) => Promise<void>;
  readonly stop: AbortSignal;
}

/**
 * Visitors who each send one request after the other until `stop` aborts, and wait for each answer: a machine that is
 * short of time gets fewer requests, so that what fails, fails for what is done to the shop.
 * @returns how many requests were sent
 */
export async function visit({ visitors, intervalMs, send, stop }: Visitors): Promise<number> {
  const start = performance.now();
  let sent = 0;
  const one = async (first: number) => {
    for (let due = start + (first * intervalMs) / visitors; !stop.aborted; due += intervalMs) {
      const wait = due - performance.now();
      // What could not be sent in time is not made up for.
      if (wait > 0) await delay(wait);
      else due -= wait;
      await send(sent++);
    }
  };
  await Promise.all(Array.from({ length: visitors }, (_, first) => one(first)));
  return sent;
}
