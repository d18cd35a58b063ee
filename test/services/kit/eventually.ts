import { setTimeout as delay } from 'node:timers/promises';

/**
 * Less than jest's limit for a test. What goes on looking after that keeps the process of jest alive for ever, in
 * milliseconds.
 */
const PATIENCE_MS = 50_000;

/**
 * Waits until `condition` answers something other than undefined or false, looking every 5 ms. The patience only ends a
 * test that would never end.
 * @throws Error that has the condition in its message; what `condition` throws
 */
export async function eventually<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const result = await condition();
    if (result !== undefined && result !== false) return result;
    if (performance.now() > end) throw new Error(`waited in vain until ${condition}`);
    await delay(5);
  }
}
