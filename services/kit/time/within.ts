import { setTimeout as delay } from 'node:timers/promises';

/**
 * What comes of `promise`, if it comes in time; what comes later is dropped.
 * @param late says what did not come, as the sentence goes on after `no`
 * @throws what `promise` throws; Error when it takes longer than `milliseconds`
 */
export async function within<T>(promise: Promise<T>, milliseconds: number, late: () => string): Promise<T> {
  const over = new AbortController();
  const limit = delay(milliseconds, undefined, { signal: over.signal, ref: false }).then(() => {
    throw new Error(`no ${late()} within ${milliseconds} ms`);
  });
  limit.catch(() => {});
  try {
    return await Promise.race([promise, limit]);
  } finally {
    over.abort();
  }
}
