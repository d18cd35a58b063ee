import { type Load, type LoadOptions, sendLoad } from './load.ts';

/** A load that goes on until the work is done ends after this all the same, in seconds. */
const MOST_SECONDS = 900;

/** A load that is there only while something else is done: all but how many requests. */
export type Background = Omit<LoadOptions, 'requests' | 'stop'>;

/**
 * Sends requests from before some work begins until after it has ended.
 * @throws what the work throws, once the load has ended
 */
export async function withLoad<T>(
  background: Background | undefined,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly load: Load | undefined }> {
  if (!background) return { result: await work(), load: undefined };
  const stop = new AbortController();
  const requests = Math.ceil(background.rate * MOST_SECONDS);
  const sending = sendLoad({ ...background, requests, stop: stop.signal });
  try {
    const result = await work();
    stop.abort();
    return { result, load: await sending };
  } finally {
    stop.abort();
    await sending;
  }
}
