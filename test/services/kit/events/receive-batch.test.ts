import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import type { Event } from '../../../../services/kit/events/event.ts';
import type { ConsumerOptions } from '../../../../services/kit/events/events.ts';
import { inboxMigrations, receiver } from '../../../../services/kit/events/inbox.ts';
import { UnreadableError } from '../../../../services/kit/events/permanent-error.ts';
import { batchReceiver } from '../../../../services/kit/events/receive-batch.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { testPool } from '../../test-pool.ts';
import { recordedLog } from '../recorded-log.ts';

const NEVER = new AbortController().signal;

let pool: Pool;
beforeAll(async () => {
  pool = await testPool('receive_several', inboxMigrations);
  await pool.query('CREATE TABLE effect (n int, xid xid8 DEFAULT pg_current_xact_id(), at serial)');
});
beforeEach(() => pool.query('TRUNCATE effect, inbox, dead_letter'));
afterAll(() => pool.end());

const events = (...numbers: readonly number[]): readonly Event[] =>
  numbers.map((n) => ({
    id: uuidv7(),
    topic: 'orders',
    type: 't',
    key: 'k',
    time: '2026-01-02T03:04:05.678Z',
    data: { n },
  }));

/** Receives by a handler that leaves a row, after `before`. No event is slow unless it is said. */
function receiving(
  before: (n: number) => void | Promise<void> = () => {},
  maxDurationMs = Number.POSITIVE_INFINITY,
  isTogether = false,
) {
  const attempts: number[] = [];
  const applied: number[] = [];
  const handle: ConsumerOptions['handle'] = async ({ data }, tx) => {
    const { n } = data as { n: number };
    attempts.push(n);
    await tx.query('INSERT INTO effect (n) VALUES ($1)', [n]);
    await before(n);
  };
  const handleBatch: ConsumerOptions['handleBatch'] = async (all, tx) => {
    for (const event of all) await handle(event, tx);
  };
  const options = { topic: 'orders', group: 'notes', handle, ...(isTogether && { handleBatch }) };
  const { log } = recordedLog();
  const observer = {
    onPublished: () => {},
    onBacklog: () => {},
    onDeadLetters: () => {},
    onReceived: ({ data }: Event, _: string, outcome: string) => {
      if (outcome === 'applied') applied.push((data as { n: number }).n);
    },
  };
  const one = receiver(pool, options, log, { retry: { maxAttempts: 3, initialPauseMs: 1 }, observer });
  return { receive: batchReceiver(pool, options, one, log, { observer, maxDurationMs }), attempts, applied };
}

async function effects() {
  const { rows } = await pool.query<{ n: number; xid: string }>('SELECT n, xid FROM effect ORDER BY at');
  return {
    numbers: rows.map(({ n }) => n),
    transactions: new Set(rows.map(({ xid }) => xid)).size,
  };
}

/** Delivers all, as a subscription does. */
async function deliver(all: readonly Event[], receive: ReturnType<typeof receiving>['receive']) {
  for (let at = 0; at < all.length; ) at += await receive(all.slice(at), NEVER);
}

test('pending events are applied in one transaction, each once', async () => {
  const { receive, applied } = receiving();
  const all = events(1, 2, 3);
  expect(await receive(all, NEVER)).toBe(3);
  expect(await effects()).toEqual({ numbers: [1, 2, 3], transactions: 1 });
  expect(await receive([...all, ...events(4)], NEVER)).toBe(4);
  expect((await effects()).numbers).toEqual([1, 2, 3, 4]);
  expect(applied).toEqual([1, 2, 3, 4]);
});

test('slow events have transactions of their own', async () => {
  const { receive } = receiving(undefined, 0);
  await deliver(events(1, 2, 3), receive);
  expect(await effects()).toEqual({ numbers: [1, 2, 3], transactions: 3 });
});

test('a failing event is retried as often as on its own, and its neighbors are applied once', async () => {
  const { receive, attempts, applied } = receiving((n) => {
    if (n === 3) throw new TypeError('no');
  });
  await deliver(events(1, 2, 3, 4, 5), receive);
  expect((await effects()).numbers).toEqual([1, 2, 4, 5]);
  expect(applied).toEqual([1, 2, 4, 5]);
  expect(attempts.filter((n) => n === 3)).toHaveLength(3);
  const { rows } = await pool.query('SELECT data, attempts, reason FROM dead_letter');
  expect(rows).toEqual([{ data: { n: 3 }, attempts: 3, reason: 'TypeError: no' }]);
});

test('when the failing event is unknown, events are applied individually', async () => {
  await pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.n = 2 THEN RAISE 'unwanted'; END IF; RETURN NEW; END $$;
    CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON effect DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION refuse()`);
  try {
    await deliver(events(1, 2, 3), receiving().receive);
    expect((await effects()).numbers).toEqual([1, 3]);
    expect((await pool.query('SELECT data FROM dead_letter')).rows).toEqual([{ data: { n: 2 } }]);
  } finally {
    await pool.query('DROP TRIGGER refuse ON effect; DROP FUNCTION refuse');
  }
});

test('an unreadable event is dead-lettered at once, and the others of the batch are applied', async () => {
  const { receive, attempts } = receiving((n) => {
    if (n === 2) throw new UnreadableError('of another type');
  });
  await deliver(events(1, 2, 3), receive);
  expect((await effects()).numbers).toEqual([1, 3]);
  expect(attempts.filter((n) => n === 2)).toEqual([2]);
});

test('handleBatch receives only new events, and handle receives them individually after a failure', async () => {
  const { receive, attempts, applied } = receiving(
    (n) => {
      if (n === 3) throw new TypeError('no');
    },
    0,
    true,
  );
  const [first, second] = events(1, 2);
  if (!first || !second) throw new Error('there are two');
  expect(await receive([first, second, first], NEVER)).toBe(3);
  expect(await effects()).toEqual({ numbers: [1, 2], transactions: 1 });
  await deliver([first, ...events(3, 4)], receive);
  expect((await effects()).numbers).toEqual([1, 2, 4]);
  expect(applied).toEqual([1, 2, 4]);
  // Together, and then three times by itself.
  expect(attempts.filter((n) => n === 3)).toHaveLength(4);
  expect((await pool.query('SELECT data FROM dead_letter')).rows).toEqual([{ data: { n: 3 } }]);
});

test('a connection lost mid-transaction leaves no partial effects, and every event is applied once', async () => {
  let isLost = false;
  const { receive } = receiving(async (n) => {
    if (n !== 2 || isLost) return;
    isLost = true;
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND state = 'idle in transaction'`,
    );
    expect(await effects()).toEqual({ numbers: [], transactions: 0 });
  });
  await deliver(events(1, 2, 3), receive);
  expect((await effects()).numbers).toEqual([1, 2, 3]);
});

test('an event applied concurrently by another consumer has one effect', async () => {
  const all = events(1, 2);
  const { receive } = receiving(async (n) => {
    if (n === 1)
      await pool.query('INSERT INTO inbox VALUES ($1, $2) ON CONFLICT DO NOTHING', ['notes', all[1]?.id]);
  });
  await deliver(all, receive);
  expect((await effects()).numbers).toEqual([1]);
});

test('an aborted batch commits what it has applied, and starts nothing more', async () => {
  const stopping = new AbortController();
  const { receive, attempts } = receiving((n) => {
    if (n === 2) stopping.abort();
  });
  expect(await receive(events(1, 2, 3), stopping.signal)).toBe(2);
  expect(attempts).toEqual([1, 2]);
  expect((await effects()).numbers).toEqual([1, 2]);
});
