import { setTimeout as delay } from 'node:timers/promises';

/**
 * Returns the outcome of `promise`, unless it takes longer than `milliseconds`. A later outcome is discarded.
 * @param awaited returns a noun for what is missing, such as `connection`, for the message `no connection within 10 ms`
 * @throws what `promise` throws; Error on a timeout
 */
export async function withTimeout<T>(
  promise: Promise<T>,
  milliseconds: number,
  awaited: () => string,
): Promise<T> {
  const settled = new AbortController();
  const timeout = delay(milliseconds, undefined, { signal: settled.signal, ref: false }).then(() => {
    throw new Error(`no ${awaited()} within ${milliseconds} ms`);
  });
  timeout.catch(() => {});
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    settled.abort();
  }
}
