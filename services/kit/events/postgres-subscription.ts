import type { Pool } from 'pg';
import { HEARTBEAT, type Heartbeat } from '../../../mesh/policy/liveness.ts';
import type { Background } from '../process/background.ts';
import { Poller } from '../process/poller.ts';
import { StoreClient, startHeartbeat } from '../store/store-client.ts';
import type { Log } from '../telemetry/log.ts';
import type { Event } from './event.ts';
import type { Subscription } from './event-broker.ts';

/** NOTIFY channel of new events; the payload is the topic. */
export const CHANNEL = 'event';

const BATCH_SIZE = 100;

/** A position in the log: the publishing transaction, then the number. */
interface Position {
  readonly xid: string;
  readonly seq: string;
}

type Row = Position &
  Omit<Event, 'time' | 'traceparent'> & { readonly time: Date; readonly traceparent: string | null };

/**
 * Reads the events after a position. Reads only transactions that are older than every running transaction, so that no
 * event can become visible before one that was read. Reading by number alone would lose events, because a lower number
 * may commit later.
 */
const READ = `
SELECT xid, seq, id, topic, type, key, time, data, traceparent FROM event
WHERE topic = $1 AND (xid, seq) > ($2::xid8, $3::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, seq LIMIT ${BATCH_SIZE}`;

const LOAD = 'SELECT xid, seq FROM consumer_position WHERE consumer_group = $1 AND topic = $2';

/** The commit does not wait for the disk: the inbox drops events that are read again after a crash. */
const SAVE = `
INSERT INTO consumer_position AS p (consumer_group, topic, xid, seq)
SELECT $1, $2, $3::xid8, $4::bigint FROM set_config('synchronous_commit', 'off', true)
ON CONFLICT (consumer_group, topic) DO UPDATE SET xid = EXCLUDED.xid, seq = EXCLUDED.seq
WHERE (p.xid, p.seq) < (EXCLUDED.xid, EXCLUDED.seq)`;

/**
 * Consumes a topic from the broker's database on one connection. The connection listens for notifications, reads, and
 * holds an advisory lock that makes it the active consumer of its group. The other members are standbys that poll for
 * the lock.
 */
export function postgresSubscription(
  broker: Pool,
  subscription: Subscription,
  log: Log,
  heartbeat: Heartbeat = HEARTBEAT,
): Background {
  const { topic, group, pool } = subscription;
  const deliver =
    subscription.deliverBatch?.bind(subscription) ??
    (async ([first]: readonly Event[], signal: AbortSignal) => {
      if (first) await subscription.deliver(first, signal);
      return 1;
    });
  let client: StoreClient | undefined;
  /** Position of this member while it is the active consumer; only the active consumer moves the group's position. */
  let position: Position | undefined;
  /** If the active consumer vanishes, the server frees its lock after this time, and a standby takes over. */
  const lockTimeoutMs = heartbeat.intervalMs + heartbeat.timeoutMs;

  const disconnect = async () => {
    const old = client;
    client = undefined;
    position = undefined;
    await old?.end().catch(() => {});
  };
  const connect = async () => {
    const next = new StoreClient(broker.options);
    client = next;
    next.on('notification', ({ payload }) => {
      // Only the active consumer reads events; a standby must wait for the lock.
      if (payload === topic && position) poller.wake();
    });
    next.on('error', (error) => {
      log.warn('lost the connection to the broker; reconnecting', { topic, group, error });
      if (client === next) void disconnect();
    });
    await next.connect();
    await next.query(`LISTEN ${CHANNEL}; SET idle_session_timeout = ${lockTimeoutMs}`);
    // Heartbeats continue while events are delivered, which may take longer than the idle timeout of the session.
    startHeartbeat(next, heartbeat);
    log.debug('joined the group', { topic, group });
    return next;
  };
  /** Tries to become the active consumer. Returns the group's position, or undefined when another member is active. */
  const tryLead = async (connection: StoreClient): Promise<Position | undefined> => {
    const key = `${group}/${topic}`;
    const { rows } = await connection.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
      [key],
    );
    if (!rows[0]?.locked) return undefined;
    const loaded = await pool.query<Position>(LOAD, [group, topic]);
    return loaded.rows[0] ?? { xid: '0', seq: '0' };
  };

  const poll = async (signal: AbortSignal) => {
    try {
      const connection = client ?? (await connect());
      const from = position ?? (await tryLead(connection));
      if (!from) return false;
      const { rows } = await connection.query<Row>({
        name: 'read',
        text: READ,
        values: [topic, from.xid, from.seq],
      });
      let lastPosition = from;
      try {
        const events = rows.map(({ xid: _, seq: __, time, traceparent, ...event }) => ({
          ...event,
          time: time.toISOString(),
          ...(traceparent !== null && { traceparent }),
        }));
        for (let at = 0; at < rows.length && !signal.aborted; ) {
          at += await deliver(events.slice(at), signal);
          lastPosition = rows[at - 1] ?? lastPosition;
        }
      } finally {
        const values = [group, topic, lastPosition.xid, lastPosition.seq];
        if (lastPosition !== from) await pool.query({ name: 'position-save', text: SAVE, values });
      }
      // If the connection was lost meanwhile, another member may hold the lock. Its position must not be overwritten.
      if (client === connection) position = lastPosition;
      return rows.length > 0;
    } catch (error) {
      await disconnect();
      throw error;
    }
  };

  const poller = new Poller({ poll, maxPauseMs: 1_000, name: `consumer ${group} of ${topic}`, log });
  return {
    start: () => poller.start(),
    stop: async () => {
      await poller.stop();
      await disconnect();
    },
  };
}
