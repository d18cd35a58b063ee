import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import type { AppEvents } from '../../../../mesh/policy/app-events.ts';
import { createEvents } from '../../../../services/kit/events/create-events.ts';
import type { Event } from '../../../../services/kit/events/event.ts';
import type { EventBroker, Subscription } from '../../../../services/kit/events/event-broker.ts';
import { inboxMigrations } from '../../../../services/kit/events/inbox.ts';
import { inboxRetentionMs } from '../../../../services/kit/events/inbox-retention.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import type { Background } from '../../../../services/kit/process/background.ts';
import { eventually } from '../../../until.ts';
import { testPool } from '../../test-pool.ts';
import { recordedLog } from '../recorded-log.ts';

const DAY_MS = 86_400_000;
const TYPE = 'weft.order.v1.OrderEvent';
const CONFIG: AppEvents = {
  broker: 'postgres',
  address: 'unused:5432',
  database: 'events',
  role: 'unused',
  publishes: [],
  consumes: ['orders'],
  messageTypes: { orders: [TYPE] },
  retention: { orders: '168h' },
};

let pool: Pool;
beforeAll(async () => {
  pool = await testPool('inbox_memory', inboxMigrations);
  await pool.query('CREATE TABLE effect (id uuid)');
});
beforeEach(() => pool.query('TRUNCATE dead_letter, inbox, effect'));
afterAll(() => pool.end());

/** A consumer of a broker that delivers what the test gives it, as often as it likes. */
async function consuming(work: (deliver: (event: Event) => Promise<void>) => Promise<void>): Promise<void> {
  let subscribed: Subscription | undefined;
  const nothing: Background = { start: () => {}, stop: async () => {} };
  const broker: EventBroker = {
    kind: 'postgres',
    publish: async () => {},
    subscribe: (subscription) => {
      subscribed = subscription;
      return nothing;
    },
    close: async () => {},
  };
  const consumer = createEvents(CONFIG, broker, recordedLog().log).consumer(pool, {
    topic: 'orders',
    group: 'notes',
    handle: async ({ id }, tx) => {
      await tx.query('INSERT INTO effect (id) VALUES ($1)', [id]);
    },
  });
  await consumer.start();
  try {
    await work(async (event) => subscribed?.deliver(event, new AbortController().signal));
  } finally {
    await consumer.stop();
  }
}

function event(ageDays: number): Event {
  const time = new Date(Date.now() - ageDays * DAY_MS).toISOString();
  return { id: uuidv7(), topic: 'orders', type: TYPE, key: 'k', time, data: {} };
}

const rows = async (table: string) => (await pool.query(`SELECT * FROM ${table}`)).rows;
const receivedAgo = (days: number) =>
  pool.query("UPDATE inbox SET received_at = now() - $1 * interval '1 day'", [days]);
/** Waits until the consumer's pruning has looked: what is long past is gone. */
const pruned = async () => {
  await pool.query(
    "INSERT INTO inbox VALUES ('notes', gen_random_uuid(), '2000-01-01'), ('others', gen_random_uuid(), '2000-01-01')",
  );
  await eventually(async () =>
    (await rows('inbox')).every(
      (row) => row.consumer_group !== 'notes' || row.received_at.getFullYear() > 2000,
    ),
  );
};

test('the inbox retention is 30 days longer than the longest topic retention', () => {
  expect(inboxRetentionMs({ orders: '168h' })).toBe(37 * DAY_MS);
  expect(inboxRetentionMs({ orders: '1h', payments: '720h' })).toBe(60 * DAY_MS);
  expect(inboxRetentionMs({})).toBe(30 * DAY_MS);
});

describe('a duplicate', () => {
  test.each([7, 8, 36])('after %d days has no effect, because the inbox still has it', async (days) => {
    const old = event(days);
    await consuming(async (deliver) => {
      await deliver(old);
      await receivedAgo(days);
      await pruned();
      await deliver(old);
    });
    expect(await rows('effect')).toEqual([{ id: old.id }]);
    expect(await rows('dead_letter')).toEqual([]);
  });

  test('after the inbox retention is dead-lettered without effect', async () => {
    const old = event(40);
    await pool.query('INSERT INTO inbox VALUES ($1, $2, $3)', ['notes', old.id, old.time]);
    await consuming(async (deliver) => {
      await pruned();
      expect((await rows('inbox')).map((row) => row.event_id)).not.toContain(old.id);
      await deliver(old);
      await deliver(old);
    });
    expect(await rows('effect')).toEqual([]);
    expect(await rows('dead_letter')).toMatchObject([
      {
        event_id: old.id,
        attempts: 1,
        reason: `ExpiredError: event ${old.id} is 40 days old, older than the inbox retention of 37 days; check whether it was applied, then replay or delete it`,
      },
    ]);
  });

  test('dead-lettered for its age is applied when it is replayed', async () => {
    const late = event(50);
    await consuming(async (deliver) => {
      await deliver(late);
      await pool.query('UPDATE dead_letter SET replay_at = now()');
      await eventually(async () => (await rows('dead_letter')).length === 0);
    });
    expect(await rows('effect')).toEqual([{ id: late.id }]);
  });
});

test('a fast process clock refuses no event', async () => {
  const real = Date.now;
  Date.now = () => real() + 1_000 * DAY_MS;
  try {
    const fresh = { ...event(0), time: new Date(real()).toISOString() };
    await consuming((deliver) => deliver(fresh));
    expect(await rows('effect')).toEqual([{ id: fresh.id }]);
  } finally {
    Date.now = real;
  }
});

test('the inbox cleanup keeps the rows of other groups', async () => {
  await consuming(pruned);
  expect((await rows('inbox')).map((row) => row.consumer_group)).toEqual(['others']);
});
