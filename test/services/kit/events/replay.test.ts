import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Pool, PoolClient } from 'pg';
import { deadLetter } from '../../../../services/kit/events/dead-letter.ts';
import type { Event } from '../../../../services/kit/events/event.ts';
import { inboxMigrations } from '../../../../services/kit/events/inbox.ts';
import { replayer } from '../../../../services/kit/events/replay.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { eventually } from '../../../until.ts';
import { testPool } from '../../test-pool.ts';
import { recordedLog } from '../recorded-log.ts';

let pool: Pool;
beforeAll(async () => {
  pool = await testPool('replay', inboxMigrations);
  await pool.query('CREATE TABLE effect (id uuid PRIMARY KEY)');
});
beforeEach(() => pool.query('TRUNCATE dead_letter, inbox, effect'));
afterAll(() => pool.end());

async function insertDeadLetter(group = 'notes'): Promise<Event> {
  const time = '2026-01-02T03:04:05.678Z';
  const event: Event = { id: uuidv7(), topic: 'orders', type: 't', key: 'k', time, data: { a: 1 } };
  await deadLetter(pool, { group, event, reason: 'Error: no', attempts: 8 });
  return event;
}

const ask = (...events: readonly Event[]) =>
  pool.query('UPDATE dead_letter SET replay_at = now() WHERE event_id = ANY ($1)', [
    events.map(({ id }) => id),
  ]);

async function replaying(
  handle: (event: Event, tx: PoolClient) => Promise<void>,
  until: () => Promise<boolean>,
) {
  const options = { topic: 'orders', group: 'notes', handle };
  const replays = replayer(pool, options, recordedLog().log);
  await replays.start();
  try {
    await eventually(until);
  } finally {
    await replays.stop();
  }
}

const apply = async (event: Event, tx: PoolClient) => {
  await tx.query('INSERT INTO effect (id) VALUES ($1)', [event.id]);
};

const letters = async () => (await pool.query('SELECT * FROM dead_letter ORDER BY event_id')).rows;

test('a requested dead letter is applied unchanged and deleted', async () => {
  const [target, other] = [await insertDeadLetter(), await insertDeadLetter()];
  await ask(target);
  const handledEvents: Event[] = [];
  await replaying(
    async (event, tx) => {
      handledEvents.push(event);
      await apply(event, tx);
    },
    async () => (await letters()).length === 1,
  );
  expect(handledEvents).toEqual([target]);
  expect((await pool.query('SELECT id FROM effect')).rows).toEqual([{ id: target.id }]);
  expect((await letters()).map(({ event_id: id }) => id)).toEqual([other.id]);
});

test('a dead letter that fails again stays with its new reason until the next request', async () => {
  const [bad, good] = [await insertDeadLetter(), await insertDeadLetter()];
  await ask(bad, good);
  let tries = 0;
  await replaying(
    async (event, tx) => {
      await apply(event, tx);
      if (event.id !== bad.id) return;
      tries += 1;
      throw new Error('still not\0');
    },
    async () => (await letters()).length === 1,
  );
  expect(tries).toBe(1);
  expect(await letters()).toMatchObject([
    { event_id: bad.id, reason: 'Error: still not', attempts: 9, replay_at: null },
  ]);
  // Its changes before the failure are rolled back.
  expect((await pool.query('SELECT id FROM effect')).rows).toEqual([{ id: good.id }]);
});

test('replays dead letters of its own group only', async () => {
  const [other, own] = [await insertDeadLetter('others'), await insertDeadLetter()];
  await ask(other, own);
  await replaying(apply, async () => (await letters()).length === 1);
  expect(await letters()).toMatchObject([{ event_id: other.id, consumer_group: 'others' }]);
});
