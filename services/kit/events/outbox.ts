import type { Pool, PoolClient } from 'pg';
import type { AppTopics } from '../../../mesh/policy/app-events.ts';
import { uuidv7 } from '../fields/uuid.ts';
import { combineBackground } from '../process/background.ts';
import { Poller } from '../process/poller.ts';
import type { Migration } from '../store/migrate.ts';
import type { Log } from '../telemetry/log.ts';
import { traceparentOf } from '../telemetry/propagation.ts';
import { MAX_DATA_BYTES, MAX_KEY_BYTES, sizeProblem } from './cloud-event.ts';
import type { Event } from './event.ts';
import { typeProblem } from './event-body.ts';
import type { EventBroker } from './event-broker.ts';
import type { EventObserver } from './event-observer.ts';
import { startSending } from './event-spans.ts';
import type { Outbox } from './events.ts';
import { outboxGauge } from './gauges.ts';

export interface OutboxOptions {
  /** Events that the relay publishes per batch. @default 500 */
  readonly batchSize?: number;
  /** @default none */
  readonly observer?: EventObserver;
}

export const outboxMigrations: readonly Migration[] = [
  {
    name: 'kit-0001-outbox',
    sql: `
      CREATE TABLE outbox (
        seq   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id    uuid        NOT NULL UNIQUE,
        topic text        NOT NULL,
        type  text        NOT NULL,
        key   text        NOT NULL,
        time  timestamptz NOT NULL DEFAULT now(),
        data  jsonb       NOT NULL,
        -- W3C traceparent of the work that appended the event. Null if that is not traced.
        traceparent text,
        -- An event that no broker accepts would block all later events (head-of-line blocking).
        CONSTRAINT outbox_event_size CHECK (
          octet_length(key) BETWEEN 1 AND ${MAX_KEY_BYTES} AND octet_length(data::text) <= ${MAX_DATA_BYTES})
      );

      -- One row: which relay publishes, and until when.
      CREATE TABLE outbox_turn (
        one     boolean     PRIMARY KEY DEFAULT true CHECK (one),
        holder  uuid,
        -- Process of Postgres that serves the holder.
        session int,
        until   timestamptz NOT NULL DEFAULT '-infinity'
      );
      INSERT INTO outbox_turn DEFAULT VALUES;`,
  },
];

const ASYNC = `set_config('synchronous_commit', 'off', true)`;

/**
 * Relays of one database take turns, so that events of one key stay in order. A turn is a lease: the relay holds
 * neither a transaction nor a lock while it waits for the broker. A turn ends with the database session that took it,
 * or after 20 seconds; the broker has 10 seconds to acknowledge. If a turn expires before its batch is published, the
 * next relay publishes the batch as well. The first delivery of each event is then still in order, and the inbox
 * drops the second. Turns are committed without waiting for the disk: if a crash undoes a commit, its events are
 * published again.
 */
const TAKE_TURN = `
UPDATE outbox_turn SET holder = $1, session = pg_backend_pid(), until = now() + interval '20 seconds' FROM ${ASYNC}
WHERE until < now() OR NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = outbox_turn.session)`;

/** Deletes the published events and ends the turn. */
const END_TURN = `
WITH deleted AS (DELETE FROM outbox WHERE seq = ANY($2))
UPDATE outbox_turn SET until = '-infinity' FROM ${ASYNC} WHERE holder = $1`;

const APPEND = `INSERT INTO outbox (id, topic, type, key, time, data, traceparent)
VALUES ($1, $2, $3, $4, coalesce($5::timestamptz, now()), $6, $7)`;

type Row = Omit<Event, 'time' | 'traceparent'> & {
  readonly seq: string;
  readonly time: Date;
  readonly traceparent: string | null;
};

/**
 * Creates a transactional outbox: events are inserted in the transaction of the change that they describe, and
 * published afterwards.
 *
 * The outbox is a queue, not a log: the relay stores no position and deletes what is published. Rows that become
 * visible late are therefore not skipped. A transaction that waited for another one on the same key gets the higher
 * number, so the order per key holds.
 * @param topics topics that the graph lets this service publish to, and their types
 */
export function createOutbox(
  broker: EventBroker,
  { publishes, messageTypes }: Pick<AppTopics, 'publishes' | 'messageTypes'>,
  log: Log,
  { batchSize = 500, observer }: OutboxOptions = {},
): Outbox {
  const relays = new Set<Poller>();
  const wake = () => {
    for (const relay of relays) relay.wake();
  };
  return {
    migrations: outboxMigrations,
    wake,
    async append(client, event) {
      if (!publishes.includes(event.topic)) {
        const declared = publishes.join(', ') || 'none';
        throw new Error(
          `topic '${event.topic}' is not declared as published here (${declared}); declare it in the graph`,
        );
      }
      const { id = uuidv7(), topic, type, key, time, data } = event;
      const json = JSON.stringify(data);
      const problem = typeProblem(event, messageTypes) ?? sizeProblem(key, Buffer.byteLength(json));
      if (problem) throw new Error(`event ${id} of topic '${topic}' ${problem}`);
      await client.query(APPEND, [id, topic, type, key, time ?? null, json, traceparentOf()]);
      wake();
    },
    relay(pool) {
      const relay = new Poller({
        poll: () => publishNextBatch(pool, broker, batchSize, log, observer),
        maxPauseMs: 500,
        name: 'outbox relay',
        log,
      });
      relays.add(relay);
      return observer ? combineBackground([relay, outboxGauge(pool, publishes, observer, log)]) : relay;
    },
  };
}

/**
 * Publishes up to one batch. An empty outbox costs one statement.
 * @returns whether events were published
 */
async function publishNextBatch(
  pool: Pool,
  broker: EventBroker,
  batchSize: number,
  log: Log,
  observer?: EventObserver,
): Promise<boolean> {
  const waiting = await pool.query({
    name: 'outbox-waiting',
    text: 'SELECT FROM outbox ORDER BY seq LIMIT 1',
  });
  if (waiting.rowCount === 0) return false;
  const client = await pool.connect();
  let connectionError: Error | undefined;
  const onError = (error: Error) => {
    connectionError = error;
  };
  // Without a listener, a connection lost while waiting for the broker would end the process.
  client.on('error', onError);
  try {
    const events = await takeTurn(client, broker, batchSize);
    if (events.length === 0) return false;
    observer?.onPublished(events);
    log.debug('events published', { events: events.length });
    return true;
  } finally {
    client.off('error', onError);
    client.release(connectionError);
  }
}

/**
 * Takes a turn and publishes a batch in it.
 * @returns the published events; empty when the outbox is empty or another relay has the turn
 */
async function takeTurn(
  client: PoolClient,
  broker: EventBroker,
  batchSize: number,
): Promise<readonly Event[]> {
  const turn = uuidv7();
  const { rowCount } = await client.query({ name: 'outbox-take-turn', text: TAKE_TURN, values: [turn] });
  if (rowCount === 0) return [];
  const published: string[] = [];
  try {
    const { rows } = await client.query<Row>({
      name: 'outbox-batch',
      text: 'SELECT seq, id, topic, type, key, time, data, traceparent FROM outbox ORDER BY seq LIMIT $1',
      values: [batchSize],
    });
    if (rows.length === 0) return [];
    const events = rows.map(({ seq: _, time, traceparent, ...event }) => ({
      ...event,
      time: time.toISOString(),
      ...(traceparent !== null && { traceparent }),
    }));
    await publishTraced(broker, events);
    published.push(...rows.map(({ seq }) => seq));
    return events;
  } finally {
    await client.query({ name: 'outbox-end-turn', text: END_TURN, values: [turn, published] });
  }
}

async function publishTraced(broker: EventBroker, events: readonly Event[]): Promise<void> {
  const sending = startSending(events, broker.kind);
  try {
    await broker.publish(sending.events);
    sending.end();
  } catch (error) {
    sending.end(error);
    throw error;
  }
}
