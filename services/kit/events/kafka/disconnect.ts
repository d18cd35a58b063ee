import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../telemetry/log.ts';

/**
 * Ends the connections of a client of kafkajs. It waits for answers that are pending; where a broker fell silent these are
 * not waited for here, and the connections end once the requests are late.
 * @param limitMs how long it is waited for, in milliseconds. @default 1 s
 */
export async function disconnect(
  client: { readonly disconnect: () => Promise<void> },
  log: Log,
  limitMs = 1_000,
): Promise<void> {
  const ended = client
    .disconnect()
    .catch((error: unknown) => log.debug('kafka: client not disconnected', { error }));
  await Promise.race([ended, delay(limitMs, undefined, { ref: false })]);
}
