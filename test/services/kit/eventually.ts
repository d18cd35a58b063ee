import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `condition` answers something other than undefined or false, looking every 5 ms; jest's limit ends it. */
export async function eventually<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const result = await condition();
    if (result !== undefined && result !== false) return result;
    await delay(5);
  }
}
