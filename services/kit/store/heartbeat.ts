import type { Heartbeat } from '../../../mesh/policy/liveness.ts';
import type { StoreClient } from './store-client.ts';

/**
 * Sends an empty statement on an idle connection every `intervalMs` until the connection ends. An idle connection whose
 * peer vanished is then closed too: the client closes it when the answer is late.
 */
export function keepAsking(client: StoreClient, { intervalMs }: Heartbeat): void {
  const timer = setInterval(() => {
    // A failure ends the connection, and its owner receives the event `error`.
    if (client.askedAt === undefined) client.query('SELECT').catch(() => {});
  }, intervalMs).unref();
  client.once('end', () => clearInterval(timer));
}
