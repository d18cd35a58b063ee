import { escapeIdentifier, type Pool } from 'pg';
import { HEARTBEAT, type Heartbeat } from '../../../mesh/policy/liveness.ts';
import type { Background } from '../process/background.ts';
import type { Log } from '../telemetry/log.ts';
import { BackOff } from '../time/back-off.ts';
import { StoreClient, startHeartbeat } from './store-client.ts';

/**
 * Listens to a channel of the pool's database (LISTEN) on a dedicated connection, which is reopened when it is lost. A
 * heartbeat distinguishes an idle connection from one whose server has vanished.
 * @param onNotify receives the payload of each notification, and undefined after every connect. Notifications sent
 *   before the connect are lost, so the caller must then poll
 */
export function listen(
  pool: Pool,
  channel: string,
  onNotify: (payload: string | undefined) => void,
  log?: Log,
  heartbeat: Heartbeat = HEARTBEAT,
): Background {
  const backOff = new BackOff({ minMs: 50, maxMs: 5_000 });
  let client: StoreClient | undefined;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  const reconnect = (error: Error | undefined) => {
    if (isStopped) return;
    const pauseMs = backOff.next();
    log?.warn('lost the connection for notifications; reconnecting', {
      channel,
      error,
      milliseconds: pauseMs,
    });
    timer = setTimeout(connect, pauseMs);
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
      startHeartbeat(next, heartbeat);
      backOff.reset();
      if (!isStopped) onNotify(undefined);
      ended.promise.then(reconnect);
    } catch (error) {
      await next.end().catch(() => {});
      reconnect(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return {
    start: connect,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}
