import type { Pool } from 'pg';
import { HEARTBEAT, type Heartbeat } from '../../../mesh/policy/liveness.ts';
import type { Background } from '../process/background.ts';
import { Poller } from '../process/poller.ts';
import { keepAsking } from '../store/heartbeat.ts';
import { StoreClient } from '../store/store-client.ts';
import type { Log } from '../telemetry/log.ts';
import type { Event } from './event.ts';
import type { Subscription } from './event-broker.ts';

/** Channel that subscriptions listen to; the payload is the topic. */
export const CHANNEL = 'event';

const BATCH = 100;

/** A place in the log: publishing transaction, then number. */
interface Position {
  readonly xid: string;
  readonly seq: string;
}

type Row = Position & Omit<Event, 'time'> & { readonly time: Date };

/**
 * What comes after a position, as far as nothing can still appear before it: of transactions that are older than every
 * one under way. To read by number alone loses events, since a lower number may commit later.
 */
const READ = `
SELECT xid, seq, id, topic, type, key, time, data FROM event
WHERE topic = $1 AND (xid, seq) > ($2::xid8, $3::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY xid, seq LIMIT ${BATCH}`;

const LOAD = 'SELECT xid, seq FROM consumer_position WHERE consumer_group = $1 AND topic = $2';

/** The commit need not wait for the disk: what is read again after a crash is in the inbox. */
const SAVE = `
INSERT INTO consumer_position AS p (consumer_group, topic, xid, seq)
SELECT $1, $2, $3::xid8, $4::bigint FROM set_config('synchronous_commit', 'off', true)
ON CONFLICT (consumer_group, topic) DO UPDATE SET xid = EXCLUDED.xid, seq = EXCLUDED.seq
WHERE (p.xid, p.seq) < (EXCLUDED.xid, EXCLUDED.seq)`;

/**
 * Reads a topic of the broker's database on one connection, which listens, reads, and by a lock of its session keeps
 * the other members of the group waiting.
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
  /** Where this member is in the log, while it leads: it alone moves the group on then. */
  let position: Position | undefined;
  /** The server frees the lock of a member that vanished after this, and another one leads. */
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
      // Who waits for its turn is not helped by one more event.
      if (payload === topic && position) poller.wake();
    });
    next.on('error', (error) => {
      log.warn('connection to the broker lost', { topic, group, error });
      if (client === next) void disconnect();
    });
    await next.connect();
    await next.query(`LISTEN ${CHANNEL}; SET idle_session_timeout = ${lockTimeoutMs}`);
    // Also while events are delivered, which may take longer than a session may be idle.
    keepAsking(next, heartbeat);
    log.debug('joined the group', { topic, group });
    return next;
  };
  /** Where the group is; undefined when another member leads it. */
  const lead = async (connection: StoreClient): Promise<Position | undefined> => {
    const key = `${group}/${topic}`;
    const { rows } = await connection.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
      [key],
    );
    if (!rows[0]?.locked) return undefined;
    const loaded = await pool.query<Position>(LOAD, [group, topic]);
    return loaded.rows[0] ?? { xid: '0', seq: '0' };
  };

  const look = async (signal: AbortSignal) => {
    try {
      const connection = client ?? (await connect());
      const from = position ?? (await lead(connection));
      if (!from) return false;
      const { rows } = await connection.query<Row>({
        name: 'read',
        text: READ,
        values: [topic, from.xid, from.seq],
      });
      let done = from;
      try {
        const events = rows.map(({ xid: _, seq: __, time, ...event }) => ({
          ...event,
          time: time.toISOString(),
        }));
        for (let at = 0; at < rows.length && !signal.aborted; ) {
          at += await deliver(events.slice(at), signal);
          done = rows[at - 1] ?? done;
        }
      } finally {
        const values = [group, topic, done.xid, done.seq];
        if (done !== from) await pool.query({ name: 'position-save', text: SAVE, values });
      }
      // A connection that was lost meanwhile has given the lock to others.
      if (client === connection) position = done;
      return rows.length > 0;
    } catch (error) {
      await disconnect();
      throw error;
    }
  };

  const poller = new Poller({ poll: look, maxPauseMs: 1_000, name: `consumer ${group} of ${topic}`, log });
  return {
    start: () => poller.start(),
    stop: async () => {
      await poller.stop();
      await disconnect();
    },
  };
}
