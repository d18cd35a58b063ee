import { HEARTBEAT, type Heartbeat } from '../../../mesh/policy/liveness.ts';
import type { StoreClient } from './store-client.ts';

/**
 * Asks a connection for a sign of life, so that one on which nobody asks anything is closed too when its peer vanishes.
 * @param client closes itself when an answer takes longer than `timeoutMs`
 * @returns a function that stops
 */
export function keepAsking(client: StoreClient, { intervalMs }: Heartbeat = HEARTBEAT): () => void {
  const timer = setInterval(() => {
    // Its failure is the end of the connection, of which the owner is told by the event `error`.
    if (client.askedAt === undefined) client.query('SELECT').catch(() => {});
  }, intervalMs).unref();
  client.once('end', () => clearInterval(timer));
  return () => clearInterval(timer);
}
