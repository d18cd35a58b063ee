import { Client, type Pool } from 'pg';
import type { Background } from '../background.ts';
import { Poller } from '../poller.ts';
import type { Log } from '../telemetry/log.ts';
import type { Subscription } from './broker.ts';
import type { Event } from './event.ts';

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

const SAVE = `
INSERT INTO consumer_position AS p (consumer_group, topic, xid, seq) VALUES ($1, $2, $3, $4)
ON CONFLICT (consumer_group, topic) DO UPDATE SET xid = EXCLUDED.xid, seq = EXCLUDED.seq
WHERE (p.xid, p.seq) < (EXCLUDED.xid, EXCLUDED.seq)`;

/**
 * Reads a topic of the broker's database on one connection, which listens, reads, and by a lock of its session keeps
 * the other members of the group waiting.
 */
export function postgresSubscription(broker: Pool, subscription: Subscription, log: Log): Background {
  const { topic, group, pool } = subscription;
  let client: Client | undefined;
  let leads = false;

  const disconnect = async () => {
    const old = client;
    client = undefined;
    leads = false;
    await old?.end().catch(() => {});
  };
  const connect = async () => {
    const next = new Client(broker.options);
    client = next;
    next.on('notification', ({ payload }) => {
      if (payload === topic) poller.wake();
    });
    next.on('error', (error) => {
      log.warn('connection to the broker lost', { topic, group, error });
      if (client === next) void disconnect();
    });
    await next.connect();
    await next.query(`LISTEN ${CHANNEL}`);
    log.debug('joined the group', { topic, group });
    return next;
  };
  const lead = async (connection: Client) => {
    const key = `${group}/${topic}`;
    const { rows } = await connection.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
      [key],
    );
    return rows[0]?.locked ?? false;
  };

  /** Whether all of them are dealt with, rather than none. */
  const deliverAll = async (rows: readonly Row[], signal: AbortSignal) => {
    if (!subscription.deliverAll || rows.length < 2) return false;
    try {
      await subscription.deliverAll(rows.map(eventOf), signal);
      return true;
    } catch (error) {
      log.debug('events are delivered one by one: together they fail', { topic, group, error });
      return false;
    }
  };

  const look = async (signal: AbortSignal) => {
    try {
      const connection = client ?? (await connect());
      leads ||= await lead(connection);
      if (!leads) return false;
      const loaded = await pool.query<Position>(LOAD, [group, topic]);
      const from = loaded.rows[0] ?? { xid: '0', seq: '0' };
      const { rows } = await connection.query<Row>(READ, [topic, from.xid, from.seq]);
      let done: Position | undefined;
      try {
        if (await deliverAll(rows, signal)) done = rows.at(-1);
        for (const row of done ? [] : rows) {
          if (signal.aborted) break;
          await subscription.deliver(eventOf(row), signal);
          done = row;
        }
      } finally {
        if (done) await pool.query(SAVE, [group, topic, done.xid, done.seq]);
      }
      return rows.length > 0;
    } catch (error) {
      await disconnect();
      throw error;
    }
  };

  const poller = new Poller({ look, longestPauseMs: 1_000, name: `consumer ${group} of ${topic}`, log });
  return {
    start: () => poller.start(),
    stop: async () => {
      await poller.stop();
      await disconnect();
    },
  };
}

function eventOf({ xid: _, seq: __, time, ...event }: Row): Event {
  return { ...event, time: time.toISOString() };
}
