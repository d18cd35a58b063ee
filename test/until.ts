import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 250;

export interface UntilOptions {
  /** Ends a test that would never end. @default 60000 */
  readonly timeoutMs?: number;
  /** Returns the last observed state, for the error. @default none */
  readonly lastState?: () => unknown;
}

/**
 * Polls until `poll` returns a value other than false or undefined, and returns it.
 *
 * @param condition the awaited condition, which completes the sentence `timed out waiting until ...`
 * @throws Error with the condition and the last state when the timeout expires
 */
export async function until<T>(
  condition: string,
  poll: () => Promise<T | false | undefined>,
  { timeoutMs = 60_000, lastState = () => '' }: UntilOptions = {},
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await poll();
    if (value !== false && value !== undefined) return value;
    if (performance.now() > end) {
      const state = lastState();
      const text = state ? `; last state: ${JSON.stringify(state, undefined, 1)}` : '';
      throw new Error(`timed out waiting until ${condition}${text}`);
    }
    await delay(POLL_INTERVAL_MS);
  }
}
