import { setTimeout as delay } from 'node:timers/promises';

type Condition<T> = () => T | undefined | false | Promise<T | undefined | false>;

export interface UntilOptions {
  /** Ends a test that would never end. @default 60000 */
  readonly timeoutMs?: number;
  /** @default 250 */
  readonly intervalMs?: number;
  /** Returns the last observed state, for the error. @default none */
  readonly lastState?: () => unknown;
}

/**
 * Polls until `poll` returns a value other than false or undefined, and returns it.
 *
 * @param condition the awaited condition, which completes the sentence `timed out waiting until ...`
 * @throws Error with the condition and the last state when the timeout expires; what `poll` throws
 */
export async function until<T>(
  condition: string,
  poll: Condition<T>,
  { timeoutMs = 60_000, intervalMs = 250, lastState = () => '' }: UntilOptions = {},
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
    await delay(intervalMs);
  }
}

/** Below the test timeout of jest: a condition that is still polled after a test would keep the jest process alive. */
const UNIT_TIMEOUT_MS = 50_000;

/** Polls a cheap condition every 5 ms, and returns its value. Its source describes it in the error. */
export function eventually<T>(poll: Condition<T>, timeoutMs = UNIT_TIMEOUT_MS): Promise<T> {
  return until(String(poll), poll, { timeoutMs, intervalMs: 5 });
}
