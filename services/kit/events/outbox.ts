import type { Pool } from 'pg';
import type { AppTopics } from '../../../mesh/policy/app-events.ts';
import { together } from '../background.ts';
import { Poller } from '../poller.ts';
import type { Migration } from '../store/migration.ts';
import { transaction } from '../store/transaction.ts';
import type { Log } from '../telemetry/log.ts';
import { uuidv7 } from '../uuidv7.ts';
import { typeProblem } from './body.ts';
import type { Broker } from './broker.ts';
import { LONGEST_DATA, LONGEST_KEY, sizeProblem } from './cloud-event.ts';
import type { Event } from './event.ts';
import type { EventObserver } from './event-observer.ts';
import type { Outbox } from './events.ts';
import { outboxGauge } from './gauges.ts';

export interface OutboxOptions {
  /** Events that a relay carries at a time. @default 500 */
  readonly batch?: number;
  /** @default nobody is told */
  readonly observer?: EventObserver;
}

export const outboxMigrations: readonly Migration[] = [
  {
    name: 'kit-0001-outbox',
    sql: `CREATE TABLE outbox (
  seq   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id    uuid        NOT NULL UNIQUE,
  topic text        NOT NULL,
  type  text        NOT NULL,
  key   text        NOT NULL,
  time  timestamptz NOT NULL DEFAULT now(),
  data  jsonb       NOT NULL
)`,
  },
  {
    // What no broker takes would keep all that follows waiting. NOT VALID: rows from before stay.
    name: 'kit-0004-outbox-sizes',
    sql: `ALTER TABLE outbox ADD CONSTRAINT outbox_event_is_carried CHECK (
  octet_length(key) BETWEEN 1 AND ${LONGEST_KEY} AND octet_length(data::text) <= ${LONGEST_DATA}
) NOT VALID`,
  },
];

/** Relays of one database take turns, so that the order within a key is kept. */
const LOCK = 7_305_531_121;

/**
 * The commit need not wait for the disk: a deletion that a crash undoes lets events go again, which is harmless, and the
 * broker has them by then.
 */
const TAKE_TURN = `
SELECT pg_try_advisory_xact_lock($1) AS locked, set_config('synchronous_commit', 'off', true)`;

const APPEND = `INSERT INTO outbox (id, topic, type, key, time, data)
VALUES ($1, $2, $3, $4, coalesce($5::timestamptz, now()), $6)`;

type Row = Omit<Event, 'time'> & { readonly seq: string; readonly time: Date };

/**
 * A transactional outbox: events are written with the change that they tell of, and carried to the broker afterwards.
 *
 * It is a queue, not a log: the relay remembers no position but deletes what is published. So nothing is lost that
 * becomes visible late, and a change that waited for another of the same key has the higher number.
 * @param topics those that the graph lets this service publish to, and what they carry
 */
export function createOutbox(
  broker: Broker,
  { publishes, carries }: Pick<AppTopics, 'publishes' | 'carries'>,
  log: Log,
  { batch = 500, observer }: OutboxOptions = {},
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
      const problem = typeProblem(event, carries) ?? sizeProblem(key, Buffer.byteLength(json));
      if (problem) throw new Error(`event ${id} of topic '${topic}' ${problem}`);
      await client.query(APPEND, [id, topic, type, key, time ?? null, json]);
      wake();
    },
    relay(pool) {
      const relay = new Poller({
        look: () => carry(pool, broker, batch, log, observer),
        longestPauseMs: 500,
        name: 'outbox relay',
        log,
      });
      relays.add(relay);
      return observer ? together([relay, outboxGauge(pool, publishes, observer, log)]) : relay;
    },
  };
}

/** Publishes what is there, up to a batch; whether there was something. Where nothing is, that takes one statement. */
async function carry(
  pool: Pool,
  broker: Broker,
  batch: number,
  log: Log,
  observer?: EventObserver,
): Promise<boolean> {
  const waiting = await pool.query({
    name: 'outbox-waiting',
    text: 'SELECT FROM outbox ORDER BY seq LIMIT 1',
  });
  if (waiting.rowCount === 0) return false;
  const events = await transaction(pool, async (tx) => {
    const lock = await tx.query<{ locked: boolean }>({
      name: 'outbox-lock',
      text: TAKE_TURN,
      values: [LOCK],
    });
    if (!lock.rows[0]?.locked) return [];
    const { rows } = await tx.query<Row>({
      name: 'outbox-batch',
      text: 'SELECT seq, id, topic, type, key, time, data FROM outbox ORDER BY seq LIMIT $1',
      values: [batch],
    });
    if (rows.length === 0) return [];
    const carried = rows.map(({ seq: _, time, ...event }) => ({ ...event, time: time.toISOString() }));
    await broker.publish(carried);
    await tx.query({
      name: 'outbox-delete',
      text: 'DELETE FROM outbox WHERE seq = ANY($1)',
      values: [rows.map(({ seq }) => seq)],
    });
    return carried;
  });
  if (events.length === 0) return false;
  observer?.published(events);
  log.debug('events published', { events: events.length });
  return true;
}
