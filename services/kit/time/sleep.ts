import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after `milliseconds`, or as soon as `signal` aborts. The timer does not keep the process alive. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal, ref: false }).catch(() => {});
}
