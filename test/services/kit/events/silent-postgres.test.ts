import { afterAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { Link } from '../../../../scripts/lab/chaos/local/link.ts';
import type { Event } from '../../../../services/kit/events/event.ts';
import { inboxMigrations } from '../../../../services/kit/events/inbox.ts';
import { postgresSubscription } from '../../../../services/kit/events/postgres-subscription.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { migrate } from '../../../../services/kit/store/migrate.ts';
import { eventually } from '../../../until.ts';
import { recordedLog } from '../recorded-log.ts';
import { eventsDatabase } from './events-database.ts';

const closing: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

test('a consumer whose broker vanished reconnects and becomes the active consumer again', async () => {
  const database = await eventsDatabase();
  closing.push(() => database.stop());
  const { host, port, user, password, database: name } = database.events.options;
  const link = await Link.open(`${host}:${port}`);
  closing.push(() => link.close());
  const [, linkPort] = link.address.split(':');
  const source = {
    host: '127.0.0.1',
    port: Number(linkPort),
    user,
    password,
    database: name,
    responseTimeoutMs: 500,
  };
  const broker = new pg.Pool(source);
  closing.push(() => broker.end());
  const store = await database.store('silent');
  await migrate(store, inboxMigrations, recordedLog().log);

  const received: Event[] = [];
  const subscription = postgresSubscription(
    broker,
    {
      topic: 'orders',
      group: 'notes',
      pool: store,
      deliver: async (event) => void received.push(event),
      deadLetterUnreadable: async () => {},
      deadLetterPoison: async () => {},
    },
    recordedLog().log,
    { intervalMs: 50, timeoutMs: 500 },
  );
  closing.push(() => subscription.stop());
  await subscription.start();
  const publish = () =>
    database.events.query(
      `INSERT INTO event (topic, id, key, type, time, data) VALUES ('orders', $1, 'k', 't', now(), '{}')`,
      [uuidv7()],
    );
  await publish();
  await eventually(() => received.length === 1);
  link.silence();
  await publish();
  await eventually(() => received.length === 2);
  expect(received.map(({ topic }) => topic)).toEqual(['orders', 'orders']);
});
