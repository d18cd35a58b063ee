import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import type { Event } from '../../../../services/kit/events/event.ts';
import type { Subscription } from '../../../../services/kit/events/event-broker.ts';
import * as inbox from '../../../../services/kit/events/inbox.ts';
import { PostgresBroker } from '../../../../services/kit/events/postgres-broker.ts';
import * as reading from '../../../../services/kit/events/postgres-subscription.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import type { Background } from '../../../../services/kit/process/background.ts';
import { migrate } from '../../../../services/kit/store/migrate.ts';
import { eventually } from '../../../until.ts';
import { recordedLog } from '../recorded-log.ts';
import { eventsDatabase } from './events-database.ts';
import { importMutated, type Mutation } from './import-mutated.ts';

// Each test runs one scenario twice on a real Postgres: with the actual code, and with a mutant. An open transaction
// or a consumer that stops at a certain point causes the difference, so timing plays no role.

type Inbox = Pick<typeof inbox, 'receiver'>;
type Reading = Pick<typeof reading, 'postgresSubscription'>;

const NAIVE_POLLER: readonly Mutation[] = [
  [
    '(xid, seq) > ($2::xid8, $3::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())\nORDER BY xid, seq',
    'seq > $3::bigint AND $2::xid8 IS NOT NULL\nORDER BY seq',
  ],
  ['(p.xid, p.seq) < (EXCLUDED.xid, EXCLUDED.seq)', 'p.seq < EXCLUDED.seq'],
];
const BEFORE_EFFECTS = 'let lastPosition = from;';
const COMMIT_BEFORE_EFFECT: readonly Mutation[] = [
  [
    BEFORE_EFFECTS,
    `${BEFORE_EFFECTS} for (const row of rows) await pool.query(SAVE, [group, topic, row.xid, row.seq]);`,
  ],
];
const NO_INBOX: readonly Mutation[] = [
  [
    'INSERT INTO inbox (consumer_group, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    'SELECT $1::text, $2::uuid',
  ],
];
const INBOX_BY_ITSELF: readonly Mutation[] = [[/tx\.query(?=\((RECEIVE|\{ name: 'inbox))/, 'pool.query']];

let database: Awaited<ReturnType<typeof eventsDatabase>>;
let running: Background[] = [];
beforeAll(async () => {
  database = await eventsDatabase();
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
  await database.events.query('TRUNCATE event');
});
afterAll(() => database.stop());

const { log } = recordedLog();
const never = new AbortController().signal;

let stores = 0;
async function newStore(): Promise<Pool> {
  stores += 1;
  const store = await database.store(`mutant_${stores}`);
  await migrate(store, inbox.inboxMigrations, log);
  await store.query('CREATE TABLE effect (n int, at bigint GENERATED ALWAYS AS IDENTITY)');
  return store;
}

const event = (n: number): Event => ({
  id: uuidv7(),
  topic: 'orders',
  type: 'weft.order.v1.OrderEvent',
  key: 'k',
  time: new Date().toISOString(),
  data: { n },
});

const publish = (...numbers: readonly number[]) =>
  new PostgresBroker({ pool: database.events, close: async () => {} }, log).publish(numbers.map(event));

/** Numbers of the effects, in order. */
async function effects(store: Pool): Promise<readonly number[]> {
  const { rows } = await store.query<{ n: number }>('SELECT n FROM effect ORDER BY at');
  return rows.map(({ n }) => n);
}

function receiverInto(store: Pool, { receiver }: Inbox, before?: () => void) {
  return receiver(
    store,
    {
      topic: 'orders',
      group: 'notes',
      handle: async ({ data }, tx) => {
        await tx.query('INSERT INTO effect (n) VALUES ($1)', [(data as { n: number }).n]);
        before?.();
      },
    },
    log,
  );
}

interface Parts {
  readonly reading?: Reading;
  readonly inbox?: Inbox;
  readonly deliver?: Subscription['deliver'];
}

/** Starts a consumer of the given parts, with the actual code for the others. */
function consume(store: Pool, parts: Parts = {}): Background {
  const deliver = parts.deliver ?? receiverInto(store, parts.inbox ?? inbox);
  const { postgresSubscription } = parts.reading ?? reading;
  const subscription: Subscription = {
    topic: 'orders',
    // The group's lock is in the broker database, which the stores share.
    group: `notes-${stores}`,
    pool: store,
    deliver: (one, signal) => deliver(one, signal),
    deadLetterUnreadable: async () => {},
    deadLetterPoison: async () => {},
  };
  const consumer = postgresSubscription(database.events, subscription, log);
  running.push(consumer);
  void consumer.start();
  return consumer;
}

describe('a publisher that takes its number first and commits last', () => {
  async function runScenario(...all: readonly Parts[]): Promise<readonly (readonly number[])[]> {
    const stores: Pool[] = [];
    for (const parts of all) {
      const store = await newStore();
      consume(store, parts);
      stores.push(store);
    }
    const lastStore = stores.at(-1);
    const late = await database.events.connect();
    try {
      await late.query('BEGIN');
      await late.query(
        `INSERT INTO event (topic, id, key, type, time, data)
         VALUES ('orders', gen_random_uuid(), 'k', 'weft.order.v1.OrderEvent', now(), '{"n": 1}')`,
      );
      await publish(2);
      // The naive poller is the last store, and reads what is committed.
      if (lastStore && all.length > 1) await eventually(async () => (await effects(lastStore)).includes(2));
      await late.query('COMMIT');
    } finally {
      late.release();
    }
    await publish(3);
    for (const store of stores) await eventually(async () => (await effects(store)).includes(3));
    return Promise.all(stores.map(effects));
  }

  test('loses no event; a poller that reads by number alone loses it', async () => {
    const naive = await importMutated<Reading>('postgres-subscription.ts', NAIVE_POLLER);
    expect(await runScenario({}, { reading: naive })).toEqual([
      [1, 2, 3],
      [2, 3],
    ]);
  });
});

describe('a consumer that stops before it applies its event', () => {
  async function runScenario(parts: Pick<Parts, 'reading'>): Promise<readonly number[]> {
    const store = await newStore();
    const reached = Promise.withResolvers<void>();
    const dying = consume(store, {
      ...parts,
      deliver: async () => {
        reached.resolve();
        throw new Error('killed');
      },
    });
    await publish(1);
    await reached.promise;
    await dying.stop();
    consume(store, parts);
    await publish(2);
    await eventually(async () => (await effects(store)).includes(2));
    return effects(store);
  }

  test('leaves it to the next consumer; a consumer that commits its position first loses it', async () => {
    expect(await runScenario({})).toEqual([1, 2]);
    await database.events.query('TRUNCATE event');
    const early = await importMutated<Reading>('postgres-subscription.ts', COMMIT_BEFORE_EFFECT);
    expect(await runScenario({ reading: early })).toEqual([2]);
  });
});

describe('a consumer that stops after it applied its event and before it commits its position', () => {
  async function runScenario(parts: Pick<Parts, 'inbox'>): Promise<readonly number[]> {
    const store = await newStore();
    const first = consume(store, parts);
    await publish(1);
    await eventually(async () => (await effects(store)).includes(1));
    await first.stop();
    await store.query('TRUNCATE consumer_position');
    consume(store, parts);
    await publish(2);
    await eventually(async () => (await effects(store)).includes(2));
    return effects(store);
  }

  test('has one effect; without an inbox it has two', async () => {
    expect(await runScenario({})).toEqual([1, 2]);
    await database.events.query('TRUNCATE event');
    expect(await runScenario({ inbox: await importMutated<Inbox>('inbox.ts', NO_INBOX) })).toEqual([1, 1, 2]);
  });
});

describe('an effect that fails at the first attempt', () => {
  async function runScenario(parts: Inbox): Promise<readonly number[]> {
    const store = await newStore();
    let tries = 0;
    const deliver = receiverInto(store, parts, () => {
      tries += 1;
      if (tries === 1) throw new Error('not yet');
    });
    await deliver(event(1), never);
    return effects(store);
  }

  test('is applied at the second attempt; with the inbox in its own transaction it is lost', async () => {
    expect(await runScenario(inbox)).toEqual([1]);
    expect(await runScenario(await importMutated<Inbox>('inbox.ts', INBOX_BY_ITSELF))).toEqual([]);
  });
});

test('a mutation whose text is missing from the source is an error', async () => {
  await expect(importMutated('inbox.ts', [['no such text', '']])).rejects.toThrow(
    "inbox.ts has no 'no such text'",
  );
});
