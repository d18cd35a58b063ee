import { setTimeout as delay } from 'node:timers/promises';
import { CLOSE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import type { Log } from '../../telemetry/log.ts';

/**
 * Closes the connections of a kafkajs client. kafkajs first waits for pending responses. If a broker stops responding,
 * this function returns after `timeoutMs`, and the connections close when the requests time out.
 * @param timeoutMs longest wait, in milliseconds. @default CLOSE_TIMEOUT_MS, 1 s
 */
export async function disconnect(
  client: { readonly disconnect: () => Promise<void> },
  log: Log,
  timeoutMs: number = CLOSE_TIMEOUT_MS,
): Promise<void> {
  const ended = client
    .disconnect()
    .catch((error: unknown) => log.debug('kafka: client did not disconnect cleanly', { error }));
  await Promise.race([ended, delay(timeoutMs, undefined, { ref: false })]);
}
