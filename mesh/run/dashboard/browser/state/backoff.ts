const BASE_MS = 500;
const MAX_MS = 5_000;

/**
 * Returns the wait before a reconnect, in milliseconds: exponential from 0.5 s to 5 s, of which a random half keeps
 * the tabs of one browser from reconnecting at the same time.
 * @param failures number of consecutive failures, from 1
 * @param random from 0 to 1
 */
export function reconnectDelayMs(failures: number, random: number): number {
  const limit = Math.min(BASE_MS * 2 ** (failures - 1), MAX_MS);
  return limit * (0.5 + random / 2);
}
