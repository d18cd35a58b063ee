import { type Load, type LoadOptions, sendLoad } from './load.ts';

/** Maximum duration of a load that runs beside other work, in seconds. */
const MAX_LOAD_SECONDS = 900;

/** A load that runs as long as other work does. */
export type BackgroundLoad = Omit<LoadOptions, 'requests' | 'stop'>;

/**
 * Sends requests from before some work begins until after it has ended.
 *
 * @param background undefined sends nothing
 * @throws the error of the work, after the load has ended
 */
export async function withLoad<T>(
  background: BackgroundLoad | undefined,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly load: Load | undefined }> {
  if (!background) return { result: await work(), load: undefined };
  const stop = new AbortController();
  const requests = Math.ceil(background.rate * MAX_LOAD_SECONDS);
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
