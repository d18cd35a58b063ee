import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pg, { type Pool } from 'pg';
import type { AppEvents } from '../../../../mesh/policy/app-events.ts';
import { createEvents } from '../../../../services/kit/events/create-events.ts';
import type { Event } from '../../../../services/kit/events/event.ts';
import { PostgresBroker } from '../../../../services/kit/events/postgres-broker.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import type { Background } from '../../../../services/kit/process/background.ts';
import { migrate } from '../../../../services/kit/store/migrate.ts';
import { transaction } from '../../../../services/kit/store/transaction.ts';
import { eventually } from '../../../until.ts';
import { recordedLog } from '../recorded-log.ts';
import { eventsDatabase } from './events-database.ts';

const CONFIG: AppEvents = {
  broker: 'postgres',
  address: 'unused:5432',
  database: 'events',
  role: 'unused',
  publishes: ['orders'],
  consumes: ['orders'],
  messageTypes: { orders: ['weft.order.v1.OrderEvent'] },
  retention: { orders: '168h' },
};
/** An inbox takes no event that is weeks old. */
const TIME = new Date().toISOString();
const RETRY = { maxAttempts: 3, initialPauseMs: 1 };

let database: Awaited<ReturnType<typeof eventsDatabase>>;
let publishing: Pool;
let consuming: Pool;
let running: Background[] = [];
let stores = 0;

beforeAll(async () => {
  database = await eventsDatabase();
  publishing = database.as('publisher');
  consuming = database.as('consumer');
});
beforeEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
  await database.events.query('TRUNCATE event');
});
afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await database.stop();
});

function broker(pool: Pool, { log } = recordedLog()): PostgresBroker {
  return new PostgresBroker({ pool, close: async () => {} }, log);
}

/** Events over a broker of that role, and the lines that it logs. */
function eventsOf(pool: Pool) {
  const recorded = recordedLog();
  const events = createEvents(CONFIG, broker(pool, recorded), recorded.log, { retry: RETRY });
  return { events, lines: recorded.lines };
}

async function newStore(): Promise<Pool> {
  stores += 1;
  const pool = await database.store(`store_${stores}`);
  const { events } = eventsOf(publishing);
  await migrate(pool, [...events.outbox.migrations, ...events.inboxMigrations], recordedLog().log);
  await pool.query('CREATE TABLE effect (n int, at bigint GENERATED ALWAYS AS IDENTITY)');
  return pool;
}

function run(background: Background): void {
  running.push(background);
  void background.start();
}

const event = (n: number, key = 'k'): Event => ({
  id: uuidv7(),
  topic: 'orders',
  type: 'weft.order.v1.OrderEvent',
  key,
  time: TIME,
  data: { n },
});

async function effects(store: Pool): Promise<number[]> {
  const { rows } = await store.query<{ n: number }>('SELECT n FROM effect ORDER BY at');
  return rows.map(({ n }) => n);
}

function consumeInto(store: Pool, group = 'notes', fail?: (n: number) => void) {
  const { events, lines } = eventsOf(consuming);
  const background = events.consumer(store, {
    topic: 'orders',
    group,
    handle: async ({ data }, tx) => {
      const { n } = data as { n: number };
      await tx.query('INSERT INTO effect (n) VALUES ($1)', [n]);
      fail?.(n);
    },
  });
  run(background);
  return { lines, background };
}

describe('outbox', () => {
  test('an event is published only if its transaction commits', async () => {
    const store = await newStore();
    const { events } = eventsOf(publishing);
    await transaction(store, async (tx) => events.outbox.append(tx, event(1)));
    const undone = transaction(store, async (tx) => {
      await events.outbox.append(tx, event(2));
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    run(events.outbox.relay(store));
    await transaction(store, async (tx) => events.outbox.append(tx, event(3)));
    const published = await eventually(async () => {
      const { rows } = await database.events.query('SELECT * FROM event ORDER BY seq');
      return rows.length === 2 && rows;
    });
    expect(published.map((row) => row.data)).toEqual([{ n: 1 }, { n: 3 }]);
    expect(published[0]).toMatchObject({
      topic: 'orders',
      key: 'k',
      time: new Date(TIME),
    });
    await eventually(async () => (await store.query('SELECT FROM outbox')).rowCount === 0);
  });

  test('an undeclared topic is rejected', async () => {
    const store = await newStore();
    const other = eventsOf(publishing).events.outbox.append(store, { ...event(1), topic: 'payments' });
    await expect(other).rejects.toThrow("topic 'payments' is not declared as published here (orders)");
    const consume = { topic: 'payments', group: 'notes', handle: async () => {} };
    expect(() => eventsOf(consuming).events.consumer(store, consume)).toThrow(
      "events.consumes: 'payments' is not declared as consumed here (orders); declare it in the graph",
    );
  });

  test('an event of an undeclared type is rejected', async () => {
    const store = await newStore();
    const other = eventsOf(publishing).events.outbox.append(store, {
      ...event(1),
      type: 'weft.order.v2.OrderEvent',
    });
    await expect(other).rejects.toThrow(
      "is of type 'weft.order.v2.OrderEvent', which topic 'orders' does not carry (weft.order.v1.OrderEvent); add it to the topic's messageTypes",
    );
  });

  test('an event that no broker accepts is rejected by append and by the table', async () => {
    const store = await newStore();
    const { outbox } = eventsOf(publishing).events;
    const long = { ...event(1), key: 'k'.repeat(256) };
    await expect(outbox.append(store, long)).rejects.toThrow('has a key of 256 bytes; use 1 to 255');
    const large = { ...event(1), data: 'x'.repeat(524_288) };
    await expect(outbox.append(store, large)).rejects.toThrow(
      'has data of 524290 bytes, more than the limit of 524288',
    );
    const insert = `INSERT INTO outbox (id, topic, type, key, data)
      VALUES (gen_random_uuid(), 'orders', 't', '', '{}')`;
    await expect(store.query(insert)).rejects.toThrow('outbox_event_size');
  });

  test('an event acknowledged too late is published again and stored once', async () => {
    const store = await newStore();
    const real = broker(publishing);
    let answers = 0;
    const forgetful = new Proxy(real, {
      get: (target, key: keyof PostgresBroker) =>
        key === 'kind'
          ? target.kind
          : key !== 'publish'
            ? target[key].bind(target)
            : async (events: readonly Event[]) => {
                await target.publish(events);
                answers += 1;
                if (answers === 1) throw new Error('connection lost');
              },
    });
    const { outbox } = createEvents(CONFIG, forgetful, recordedLog().log);
    for (let n = 0; n < 5; n++) await outbox.append(store, event(n));
    run(outbox.relay(store));
    await eventually(async () => (await store.query('SELECT FROM outbox')).rowCount === 0);
    const { rows } = await database.events.query('SELECT data FROM event ORDER BY seq');
    expect(rows.map((row) => row.data.n)).toEqual([0, 1, 2, 3, 4]);
    expect(answers).toBe(2);
  });

  test('while the broker is full, the outbox keeps the events and logs the reason', async () => {
    const store = await newStore();
    const { events, lines } = eventsOf(publishing);
    await database.events.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION refuse()`);
    try {
      for (const n of [1, 2, 3]) await events.outbox.append(store, event(n));
      run(events.outbox.relay(store));
      await eventually(() =>
        lines.some((line) => /outbox relay failed.*No space left on device/.test(JSON.stringify(line))),
      );
      expect((await store.query('SELECT FROM outbox')).rowCount).toBe(3);
    } finally {
      await database.events.query('DROP FUNCTION refuse CASCADE');
    }
    await eventually(async () => (await store.query('SELECT FROM outbox')).rowCount === 0);
    const { rows } = await database.events.query('SELECT data FROM event ORDER BY xid, seq');
    expect(rows.map(({ data }) => data.n)).toEqual([1, 2, 3]);
  });

  test('many writers and two relays lose no event and keep the order of each key', async () => {
    const store = await newStore();
    const relays = [eventsOf(publishing).events, eventsOf(publishing).events];
    for (const { outbox } of relays) run(outbox.relay(store));
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 40; n++) {
        await transaction(store, async (tx) => {
          await relays[writer % 2]?.outbox.append(tx, event(n, `writer-${writer}`));
          if (n % 3 === 0) await tx.query('SELECT pg_sleep(0.002)');
        });
      }
    });
    await Promise.all(writers);
    const receiver = await newStore();
    consumeInto(receiver);
    await eventually(async () => (await effects(receiver)).length === 320);
    const { rows } = await database.events.query('SELECT key, data FROM event ORDER BY xid, seq');
    for (let writer = 0; writer < 8; writer++) {
      const order = rows.filter((row) => row.key === `writer-${writer}`).map((row) => row.data.n);
      expect(order).toEqual(Array.from({ length: 40 }, (_, n) => n));
    }
  });
});

describe('a reader beside concurrent publishers', () => {
  // Two publishers: the first takes its number first, and commits last.
  async function publishOutOfOrder(between: () => Promise<void>): Promise<void> {
    const insert = `INSERT INTO event (topic, id, key, type, time, data)
      VALUES ('orders', gen_random_uuid(), 'k', 'weft.order.v1.OrderEvent', now(), jsonb_build_object('n', $1::int))`;
    const late = await database.events.connect();
    try {
      await late.query('BEGIN');
      await late.query(insert, [1]);
      await database.events.query(insert, [2]);
      await between();
      await late.query('COMMIT');
    } finally {
      late.release(true);
    }
  }

  test('loses no event that commits late', async () => {
    const store = await newStore();
    consumeInto(store);
    await publishOutOfOrder(async () => {
      const { rows } = await database.events.query('SELECT clock_timestamp() AS published');
      const looked = `SELECT FROM pg_stat_activity
        WHERE usename = 'consumer' AND query LIKE '%FROM event%' AND state = 'idle' AND query_start > $1`;
      await eventually(async () => (await database.events.query(looked, [rows[0].published])).rowCount);
      expect(await effects(store)).toEqual([]);
    });
    await eventually(async () => (await effects(store)).length === 2);
  });
});

describe('inbox', () => {
  test('an event that is published and read twice has one effect', async () => {
    const store = await newStore();
    const one = event(1);
    await broker(publishing).publish([one, one]);
    await broker(publishing).publish([one]);
    const { background } = consumeInto(store);
    await eventually(async () => (await effects(store)).length === 1);
    await background.stop();
    await store.query('TRUNCATE consumer_position');
    await broker(publishing).publish([event(2)]);
    consumeInto(store);
    await eventually(async () => (await effects(store)).length === 2);
    expect(await effects(store)).toEqual([1, 2]);
  });

  test('each group receives every event; consumers of one group share them', async () => {
    const [notes, mails] = await Promise.all([newStore(), newStore()]);
    consumeInto(notes, 'notes');
    consumeInto(notes, 'notes');
    consumeInto(mails, 'mails');
    for (let n = 0; n < 20; n++) await broker(publishing).publish([event(n)]);
    const all = Array.from({ length: 20 }, (_, n) => n);
    await eventually(
      async () => (await effects(notes)).length === 20 && (await effects(mails)).length === 20,
    );
    expect(await effects(notes)).toEqual(all);
    expect(await effects(mails)).toEqual(all);
  });

  test('an event that keeps failing is dead-lettered with its reason, and the others proceed', async () => {
    const store = await newStore();
    const { lines } = consumeInto(store, 'notes', (n) => {
      if (n === 2) throw new TypeError('no such customer');
    });
    await broker(publishing).publish([event(1), event(2), event(3)]);
    await eventually(async () => (await effects(store)).length === 2);
    expect(await effects(store)).toEqual([1, 3]);
    const { rows } = await store.query('SELECT * FROM dead_letter');
    expect(rows).toMatchObject([
      {
        consumer_group: 'notes',
        topic: 'orders',
        data: { n: 2 },
        reason: 'TypeError: no such customer',
        attempts: 3,
      },
    ]);
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'event dead-lettered' },
    ]);
  });

  test('an event of an undeclared type is dead-lettered at once, and the others proceed', async () => {
    const store = await newStore();
    const { lines } = consumeInto(store);
    const newer = { ...event(1), type: 'weft.order.v2.OrderEvent' };
    await broker(publishing).publish([newer, event(2)]);
    await eventually(async () => (await effects(store)).length === 1);
    expect(await effects(store)).toEqual([2]);
    const { rows } = await store.query('SELECT type, reason, attempts FROM dead_letter');
    const reason = `UnreadableError: event ${newer.id} is of type 'weft.order.v2.OrderEvent', which topic 'orders' does not carry`;
    expect(rows).toEqual([{ type: newer.type, reason: expect.stringContaining(reason), attempts: 1 }]);
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  test('an event for which the store has no room is not dead-lettered, and waits', async () => {
    const store = await newStore();
    let failures = 5;
    consumeInto(store, 'notes', () => {
      failures -= 1;
      if (failures >= 0) throw Object.assign(new Error('No space left on device'), { code: '53100' });
    });
    await broker(publishing).publish([event(1)]);
    await eventually(async () => (await effects(store)).length === 1);
    expect((await store.query('SELECT FROM dead_letter')).rowCount).toBe(0);
  });

  test('an event that fails twice and then succeeds is applied once', async () => {
    const store = await newStore();
    let failures = 2;
    consumeInto(store, 'notes', () => {
      failures -= 1;
      if (failures >= 0) throw new Error('not yet');
    });
    await broker(publishing).publish([event(1)]);
    await eventually(async () => (await effects(store)).length === 1);
    expect((await store.query('SELECT FROM dead_letter')).rowCount).toBe(0);
  });

  test('a lost connection to the broker is reopened', async () => {
    const store = await newStore();
    consumeInto(store);
    await broker(publishing).publish([event(1)]);
    await eventually(async () => (await effects(store)).length === 1);
    await database.events.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'consumer'",
    );
    await broker(publishing).publish([event(2)]);
    await eventually(async () => (await effects(store)).length === 2);
  });
});

describe('idle relays and consumers', () => {
  /** The statements of every connection until `act` resolves, by name or text. */
  async function statementsDuring(
    act: (soFar: () => readonly string[]) => Promise<unknown>,
  ): Promise<readonly string[]> {
    const queries = jest.spyOn(pg.Client.prototype, 'query');
    const statements = () =>
      queries.mock.calls.map(([query]) => {
        const { name } = Object(query) as { readonly name?: string };
        return name ?? String(query);
      });
    try {
      await act(statements);
      return statements();
    } finally {
      queries.mockRestore();
    }
  }

  test('an idle relay executes one statement per poll', async () => {
    const store = await newStore();
    const relay = eventsOf(publishing).events.outbox.relay(store);
    const queries = await statementsDuring(async (soFar) => {
      run(relay);
      await eventually(() => soFar().length >= 3);
      await relay.stop();
    });
    // The test looks for expired events in the database of the broker.
    const ofStore = queries.filter((statement) => !statement.includes('expire_events'));
    expect(new Set(ofStore)).toEqual(new Set(['outbox-waiting']));
  });

  test('a standby is not woken by events of the active consumer', async () => {
    const store = await newStore();
    consumeInto(store);
    await broker(publishing).publish([event(0)]);
    await eventually(async () => (await effects(store)).length === 1);
    const queries = await statementsDuring(async () => {
      consumeInto(store);
      for (let n = 1; n <= 100; n++) {
        await broker(publishing).publish([event(n)]);
        await eventually(async () => (await effects(store)).length === n + 1);
      }
    });
    const tries = queries.filter((statement) => statement.includes('pg_try_advisory_lock'));
    expect(tries.length).toBeGreaterThan(0);
    expect(tries.length).toBeLessThan(50);
  });
});

describe('the retention of a topic', () => {
  const storedEvents = async () =>
    (await database.events.query('SELECT topic, data FROM event ORDER BY seq')).rows;

  test('publishers delete expired events only; newer events and topics without a retention stay', async () => {
    await database.events.query(
      "INSERT INTO topic VALUES ('orders', interval '7 days') ON CONFLICT DO NOTHING",
    );
    await broker(publishing).publish([event(1), event(2)]);
    await database.events.query(
      `INSERT INTO event (topic, id, key, type, time, data)
       VALUES ('payments', gen_random_uuid(), 'k', 't', now(), '{"n": 3}')`,
    );
    const age = "UPDATE event SET published_at = now() - $1::interval WHERE (data ->> 'n')::int = $2";
    await database.events.query(age, ['169 hours', 1]);
    await database.events.query(age, ['167 hours', 2]);
    await database.events.query(age, ['9999 hours', 3]);
    run(eventsOf(publishing).events.outbox.relay(await newStore()));
    await eventually(async () => (await storedEvents()).length === 2);
    expect((await storedEvents()).map(({ data }) => data.n)).toEqual([2, 3]);
  });

  test('a broker database without expire_events causes a warning, and the relay works', async () => {
    const { events, lines } = eventsOf(publishing);
    await database.events.query('ALTER FUNCTION expire_events RENAME TO other');
    try {
      const store = await newStore();
      await events.outbox.append(store, event(1));
      run(events.outbox.relay(store));
      await eventually(async () => (await storedEvents()).length === 1);
      await eventually(() =>
        lines.some(({ message }) => message.startsWith('expired events are not deleted')),
      );
    } finally {
      await database.events.query('ALTER FUNCTION other RENAME TO expire_events');
    }
  });
});

describe('permissions', () => {
  test('a publisher may neither read nor publish to another topic', async () => {
    await expect(publishing.query('SELECT FROM event')).rejects.toThrow('permission denied');
    const other = broker(publishing).publish([{ ...event(1), topic: 'payments' }]);
    await expect(other).rejects.toThrow('row-level security');
  });

  test('an event that no consumer accepts is rejected by the broker table as well', async () => {
    const huge = { ...event(1), data: 'x'.repeat(10_485_760) };
    await expect(broker(publishing).publish([huge])).rejects.toThrow('event_is_carried');
    await expect(broker(publishing).publish([event(1, '')])).rejects.toThrow('event_is_carried');
  });

  test('a consumer may not publish, and sees only its topics', async () => {
    await expect(broker(consuming).publish([event(1)])).rejects.toThrow('permission denied');
    await database.events.query(
      "INSERT INTO event (topic, id, key, type, time, data) VALUES ('payments', gen_random_uuid(), 'k', 't', now(), '{}')",
    );
    expect((await consuming.query('SELECT FROM event')).rowCount).toBe(0);
  });
});
