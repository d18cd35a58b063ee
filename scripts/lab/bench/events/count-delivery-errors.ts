import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { createEvents } from '../../../../services/kit/events/create-events.ts';
import { inboxMigrations } from '../../../../services/kit/events/inbox.ts';
import { outboxMigrations } from '../../../../services/kit/events/outbox.ts';
import type { Migration } from '../../../../services/kit/store/migrate.ts';
import { transaction } from '../../../../services/kit/store/transaction.ts';
import { connectBroker, createPostgresBroker, TOPIC } from './bench-broker.ts';
import { type EventsServer, errorLog, openStore } from './events-server.ts';
import { startNaivePoller } from './naive-poller.ts';
import { startConsumer } from './start-consumer.ts';

export const WRITERS = 16;
const KEYS = 5_000;
/** Largest number of events in one transaction. */
const MAX_TRANSACTION_EVENTS = 19;
/**
 * Longest time that half of the transactions stay open after their events have sequence numbers. Events then commit in an
 * order other than that of their numbers.
 */
const MAX_COMMIT_DELAY_MS = 5;
const STORE = 'writers';

const TABLES: readonly Migration[] = [
  ...outboxMigrations,
  ...inboxMigrations,
  {
    name: 'bench-0001',
    sql: `
      CREATE TABLE counter (key text PRIMARY KEY, n int NOT NULL) WITH (fillfactor = 50);
      INSERT INTO counter SELECT 'key-' || n, 0 FROM generate_series(1, ${KEYS}) AS n;
      CREATE TABLE effect (id uuid NOT NULL, key text NOT NULL, n int NOT NULL, at bigint GENERATED ALWAYS AS IDENTITY);
      -- Copy of all outbox rows, with the same numbers and in the same transactions. The relay deletes rows of the outbox.
      CREATE TABLE outbox_copy (seq bigint PRIMARY KEY, id uuid NOT NULL);
      CREATE FUNCTION copy_outbox() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO outbox_copy SELECT seq, id FROM written; RETURN NULL; END $$;
      CREATE TRIGGER copy_outbox AFTER INSERT ON outbox REFERENCING NEW TABLE AS written
        FOR EACH STATEMENT EXECUTE FUNCTION copy_outbox();`,
  },
];

/** Increments the counter of each key and inserts an event with it. Keys are locked in order to prevent deadlock. */
const WRITE = `
WITH locked AS MATERIALIZED (
  SELECT key FROM counter WHERE key = ANY ($1) ORDER BY key FOR UPDATE
), next AS (
  UPDATE counter SET n = n + 1 FROM locked WHERE counter.key = locked.key RETURNING counter.key, n
)
INSERT INTO outbox (id, topic, type, key, data)
SELECT uuidv7(), '${TOPIC}', 'weft.order.v1.OrderEvent', key, jsonb_build_object('n', n) FROM next`;

/** Counts of events and of delivery errors. */
export interface DeliveryCounts {
  readonly writtenEvents: number;
  readonly seconds: number;
  readonly lostEvents: number;
  readonly duplicateEvents: number;
  readonly reorderedEvents: number;
  /** Rows that a poller with `seq > last` missed. */
  readonly missedEvents: number;
}

/**
 * Sends events of concurrent writers through outbox, relay, broker and consumer, and counts delivery errors by the ids of the
 * events and by the counters of their keys. Also counts what a naive poller misses of the same rows.
 */
export async function countDeliveryErrors(
  server: EventsServer,
  events: number,
  signal: AbortSignal,
): Promise<DeliveryCounts> {
  const store = await server.createStore(STORE, TABLES);
  const { pool, close } = await openStore(store, WRITERS + 4);
  const broker = createPostgresBroker(server);
  const brokerConnection = await connectBroker(broker);
  const { outbox } = createEvents(broker.events, brokerConnection, errorLog);
  const relay = outbox.relay(pool);
  const consumer = await startConsumer({ broker, store, effect: 'row' });
  const start = performance.now();
  const progress = setInterval(
    () => process.stderr.write(`events: ${consumer.count()} of ${events} through the outbox\n`),
    15_000,
  );
  try {
    await relay.start();
    const poller = startNaivePoller(pool);
    const written = await write(pool, events, outbox.wake, signal).finally(() => poller.finish());
    await consumer.waitFor(written, signal);
    const seconds = (performance.now() - start) / 1_000;
    const { rows, ...errors } = await readDeliveryCounts(server, STORE);
    return { writtenEvents: written, seconds, missedEvents: rows - (await poller.finish()), ...errors };
  } finally {
    clearInterval(progress);
    await consumer.stop();
    await relay.stop();
    await brokerConnection.close();
    await close();
  }
}

/** Writes events with concurrent writers. @returns the number written: `events` or a few more */
async function write(pool: Pool, events: number, wake: () => void, signal: AbortSignal): Promise<number> {
  let written = 0;
  const work = async () => {
    while (written < events) {
      signal.throwIfAborted();
      const first = Math.floor(Math.random() * KEYS);
      const size = 1 + Math.floor(Math.random() * MAX_TRANSACTION_EVENTS);
      const keys = Array.from({ length: size }, (_, index) => `key-${((first + index * 7) % KEYS) + 1}`);
      await transaction(pool, async (tx) => {
        await tx.query({ name: 'write', text: WRITE, values: [keys] });
        if (Math.random() < 0.5) await delay(Math.random() * MAX_COMMIT_DELAY_MS);
      });
      written += size;
      wake();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, work));
  return written;
}

/** Counts rows and delivery errors in the tables of a store. */
export async function readDeliveryCounts({ query }: EventsServer, database: string) {
  const [counts] = await query<
    Pick<DeliveryCounts, 'lostEvents' | 'duplicateEvents' | 'reorderedEvents'> & { readonly rows: number }
  >(
    database,
    `SELECT
       (SELECT count(*) FROM outbox_copy)::int AS rows,
       (SELECT count(*) FROM outbox_copy AS copy
         WHERE NOT EXISTS (SELECT FROM effect WHERE effect.id = copy.id))::int AS "lostEvents",
       (SELECT count(*) - count(DISTINCT id) FROM effect)::int AS "duplicateEvents",
       (SELECT count(*) FROM (
          SELECT n, lag(n, 1, 0) OVER (PARTITION BY key ORDER BY at) AS before FROM effect
        ) AS effects WHERE n <> before + 1)::int AS "reorderedEvents"`,
  );
  if (!counts) throw new Error(`no delivery counts could be read from ${database}`);
  return counts;
}
