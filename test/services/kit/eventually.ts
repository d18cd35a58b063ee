import { setTimeout as delay } from 'node:timers/promises';

/** Below the test timeout of jest: a condition that is still polled after a test would keep the jest process alive. */
const TIMEOUT_MS = 50_000;

/**
 * Polls `condition` every 5 ms until it returns a value other than undefined or false, and returns that value.
 * @throws Error with the source of the condition after `timeoutMs` milliseconds; what `condition` throws
 */
export async function eventually<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = TIMEOUT_MS,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const result = await condition();
    if (result !== undefined && result !== false) return result;
    if (performance.now() > end) throw new Error(`waited in vain until ${condition}`);
    await delay(5);
  }
}
