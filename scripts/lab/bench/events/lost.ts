import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { createEvents } from '../../../../services/kit/events/create-events.ts';
import { inboxMigrations } from '../../../../services/kit/events/inbox.ts';
import { outboxMigrations } from '../../../../services/kit/events/outbox.ts';
import type { Migration } from '../../../../services/kit/store/migration.ts';
import { transaction } from '../../../../services/kit/store/transaction.ts';
import { connectBroker, postgresTopics, TOPIC } from './bench-broker.ts';
import { type EventsServer, openStore, quiet } from './events-server.ts';
import { naivePoller } from './naive-poller.ts';
import { startConsumer } from './start-consumer.ts';

export const WRITERS = 16;
const KEYS = 5_000;
/** Events of one transaction, at most. */
const MOST = 19;
/** A transaction stays open for so many milliseconds at most after it has its numbers, and every other for none. */
const LONGEST_MS = 5;
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
      -- What the outbox had: the same rows, by the same numbers, in the same transactions, but they stay.
      CREATE TABLE kept (seq bigint PRIMARY KEY, id uuid NOT NULL);
      CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO kept SELECT seq, id FROM written; RETURN NULL; END $$;
      CREATE TRIGGER keep AFTER INSERT ON outbox REFERENCING NEW TABLE AS written
        FOR EACH STATEMENT EXECUTE FUNCTION keep();`,
  },
];

/** The next number of each key, and an event that says it. Keys are locked in one order, so that nobody waits in a circle. */
const WRITE = `
WITH locked AS MATERIALIZED (
  SELECT key FROM counter WHERE key = ANY ($1) ORDER BY key FOR UPDATE
), next AS (
  UPDATE counter SET n = n + 1 FROM locked WHERE counter.key = locked.key RETURNING counter.key, n
)
INSERT INTO outbox (id, topic, type, key, data)
SELECT uuidv7(), '${TOPIC}', 'weft.order.v1.OrderEvent', key, jsonb_build_object('n', n) FROM next`;

/** What became of events. */
export interface Outcome {
  readonly written: number;
  readonly seconds: number;
  readonly lost: number;
  readonly twice: number;
  readonly disordered: number;
  /** By a poller that reads `seq > last`, of the same rows. */
  readonly missed: number;
}

/**
 * Events of many writers through outbox, relay, broker and consumer, counted by their ids and by the numbers that each
 * key gives under its lock; and beside it what a poller by number sees of the same rows.
 */
export async function countLost(server: EventsServer, events: number, signal: AbortSignal): Promise<Outcome> {
  const store = await server.store(STORE, TABLES);
  const { pool, close } = await openStore(store, WRITERS + 4);
  const broker = postgresTopics(server);
  const publishing = await connectBroker(broker);
  const { outbox } = createEvents(broker.events, publishing, quiet);
  const relay = outbox.relay(pool);
  const consumer = await startConsumer({ broker, store, effect: 'row' });
  const start = performance.now();
  const progress = setInterval(
    () => process.stderr.write(`events: ${consumer.count()} of ${events} through the outbox\n`),
    15_000,
  );
  try {
    await relay.start();
    const naive = naivePoller(pool);
    const written = await write(pool, events, outbox.wake, signal).finally(() => naive.finish());
    await consumer.until(written, signal);
    const seconds = (performance.now() - start) / 1_000;
    const books = await readBooks(server, STORE);
    return { written, seconds, missed: books.kept - (await naive.finish()), ...books };
  } finally {
    clearInterval(progress);
    await consumer.stop();
    await relay.stop();
    await publishing.close();
    await close();
  }
}

/** Resolves with how many were written: `events`, or a few more. */
async function write(pool: Pool, events: number, wake: () => void, signal: AbortSignal): Promise<number> {
  let written = 0;
  const writer = async () => {
    while (written < events) {
      signal.throwIfAborted();
      const first = Math.floor(Math.random() * KEYS);
      const size = 1 + Math.floor(Math.random() * MOST);
      const keys = Array.from({ length: size }, (_, index) => `key-${((first + index * 7) % KEYS) + 1}`);
      await transaction(pool, async (tx) => {
        await tx.query({ name: 'write', text: WRITE, values: [keys] });
        if (Math.random() < 0.5) await delay(Math.random() * LONGEST_MS);
      });
      written += size;
      wake();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return written;
}

/** What the tables of the database say. */
export async function readBooks({ query }: EventsServer, database: string) {
  const [books] = await query<Pick<Outcome, 'lost' | 'twice' | 'disordered'> & { readonly kept: number }>(
    database,
    `SELECT
       (SELECT count(*) FROM kept)::int AS kept,
       (SELECT count(*) FROM kept WHERE NOT EXISTS (SELECT FROM effect WHERE effect.id = kept.id))::int AS lost,
       (SELECT count(*) - count(DISTINCT id) FROM effect)::int AS twice,
       (SELECT count(*) FROM (
          SELECT n, lag(n, 1, 0) OVER (PARTITION BY key ORDER BY at) AS before FROM effect
        ) AS effects WHERE n <> before + 1)::int AS disordered`,
  );
  if (!books) throw new Error('the books cannot be read');
  return books;
}
