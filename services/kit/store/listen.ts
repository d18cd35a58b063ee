import { escapeIdentifier, type Pool } from 'pg';
import { HEARTBEAT, type Heartbeat } from '../../../mesh/policy/liveness.ts';
import type { Background } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { BackOff } from '../time/back-off.ts';
import { keepAsking } from './heartbeat.ts';
import { StoreClient } from './store-client.ts';

/**
 * Listens to a channel of the pool's database (LISTEN), on a connection of its own that is opened again when it is lost.
 * A heartbeat distinguishes an idle connection from one whose server has vanished.
 * @param onNotify gets each notification's payload, and undefined after every connect: what was said before is not known,
 *   so look for yourself
 */
export function listen(
  pool: Pool,
  channel: string,
  onNotify: (payload: string | undefined) => void,
  log?: Log,
  heartbeat: Heartbeat = HEARTBEAT,
): Background {
  let client: StoreClient | undefined;
  let stopped = false;
  const backOff = new BackOff({ minMs: 50, maxMs: 5_000 });
  let timer: NodeJS.Timeout | undefined;

  const lost = (error: Error | undefined) => {
    if (stopped) return;
    log?.warn('not listening; connecting again', { channel, error });
    timer = setTimeout(connect, backOff.next());
  };
  const connect = async () => {
    const next = new StoreClient(pool.options, heartbeat.timeoutMs);
    client = next;
    const ended = Promise.withResolvers<Error | undefined>();
    next.on('notification', ({ payload }) => onNotify(payload ?? ''));
    next.on('error', ended.resolve).on('end', () => ended.resolve(undefined));
    try {
      await next.connect();
      await next.query(`LISTEN ${escapeIdentifier(channel)}`);
      keepAsking(next, heartbeat);
      backOff.reset();
      if (!stopped) onNotify(undefined);
      ended.promise.then(lost);
    } catch (error) {
      await next.end().catch(() => {});
      lost(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return {
    start: connect,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}
