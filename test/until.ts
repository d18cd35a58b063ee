import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between looks. */
const INTERVAL = 250;

/**
 * Looks again until there is something to see. The patience only ends a test that would never end.
 *
 * @param what is waited for, as a sentence goes on after `waited in vain until`
 * @throws Error that says what was waited for, and what was seen at last
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | false | undefined>,
  { patienceMs = 60_000, seen = () => '' as unknown }: { patienceMs?: number; seen?: () => unknown } = {},
): Promise<T> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    if (performance.now() > end) {
      const last = seen();
      throw new Error(
        `waited in vain until ${what}${last ? `; seen at last: ${JSON.stringify(last, undefined, 1)}` : ''}`,
      );
    }
    await delay(INTERVAL);
  }
}
