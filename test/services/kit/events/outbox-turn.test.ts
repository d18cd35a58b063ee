import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import type { Event } from '../../../../services/kit/events/event.ts';
import type { EventBroker } from '../../../../services/kit/events/event-broker.ts';
import { createOutbox, outboxMigrations } from '../../../../services/kit/events/outbox.ts';
import { combineBackground } from '../../../../services/kit/process/background.ts';
import { eventually } from '../../../until.ts';
import { testPool } from '../../test-pool.ts';
import { recordedLog } from '../recorded-log.ts';

const TOPICS = { publishes: ['orders'], messageTypes: { orders: ['t'] } };

let pool: Pool;
beforeAll(async () => {
  pool = await testPool('outbox-turn', outboxMigrations);
});
afterAll(() => pool.end());

/** A broker that acknowledges on request of the test. */
function slowBroker() {
  const published: (readonly Event[])[] = [];
  const acknowledged = Promise.withResolvers<void>();
  const broker: EventBroker = {
    kind: 'postgres',
    async publish(events) {
      published.push(events);
      await acknowledged.promise;
    },
    subscribe: () => {
      throw new Error('nothing subscribes here');
    },
    close: async () => {},
  };
  return { broker, published, acknowledge: acknowledged.resolve };
}

const countOutbox = async () => (await pool.query('SELECT FROM outbox')).rowCount;

test('a relay holds neither a transaction nor a lock while it waits for the broker, and other relays wait for their turn', async () => {
  const { log } = recordedLog();
  const [first, second] = [slowBroker(), slowBroker()];
  const outboxes = [first, second].map(({ broker }) => createOutbox(broker, TOPICS, log));
  const append = async () => {
    const event = { topic: 'orders', type: 't', key: 'k', data: {} };
    await outboxes[0]?.append(pool, event);
  };
  const relays = outboxes.map((outbox) => outbox.relay(pool));
  await append();
  await relays[0]?.start();
  await eventually(() => first.published.length === 1);
  const { rows: open } = await pool.query(
    `SELECT state, query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND backend_type = 'client backend' AND xact_start IS NOT NULL`,
  );
  const { rows: locks } = await pool.query(
    `SELECT locktype FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  expect({ open, locks }).toEqual({ open: [], locks: [] });

  await append();
  await relays[1]?.start();
  const looks = () => pool.query(`SELECT until > now() AS is_held FROM outbox_turn`);
  expect((await looks()).rows).toEqual([{ is_held: true }]);
  first.acknowledge();
  second.acknowledge();
  await eventually(async () => (await countOutbox()) === 0);
  await combineBackground(relays).stop();
  expect(first.published[0]).toHaveLength(1);
  expect([...first.published, ...second.published].flat()).toHaveLength(2);
});

test.each([
  ['whose session has ended', 'session = 0'],
  ['whose turn has expired', `until = now() - interval '1 second'`],
])('another relay takes over the turn of a relay %s', async (_, how) => {
  const { broker, published, acknowledge } = slowBroker();
  acknowledge();
  const outbox = createOutbox(broker, TOPICS, recordedLog().log);
  const holder = await pool.connect();
  const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await pool.query(
    `UPDATE outbox_turn SET holder = gen_random_uuid(), session = $1, until = now() + interval '1 hour'`,
    [rows[0]?.pid],
  );
  await outbox.append(pool, { topic: 'orders', type: 't', key: 'k', data: {} });
  await pool.query(`UPDATE outbox_turn SET ${how}`);
  const relay = outbox.relay(pool);
  await relay.start();
  await eventually(async () => (await countOutbox()) === 0);
  await relay.stop();
  holder.release();
  expect(published.flat()).toHaveLength(1);
});
