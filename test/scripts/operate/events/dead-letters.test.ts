import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import { z } from 'zod';
import { type Databases, selectAsJson } from '../../../../scripts/operate/events/databases.ts';
import {
  type DeadLetter,
  formatDeadLetter,
  readDeadLetters,
  requestReplay,
} from '../../../../scripts/operate/events/dead-letters.ts';
import { deadLetter, deadLetterUnreadable } from '../../../../services/kit/events/dead-letter.ts';
import { inboxMigrations } from '../../../../services/kit/events/inbox.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { recordedLog } from '../../../services/kit/recorded-log.ts';
import { testPool } from '../../../services/test-pool.ts';

const EVENT = { topic: 'orders', type: 'a.b.C', key: 'k', time: '2026-01-02T03:04:05.678Z', data: {} };
const [FIRST, SECOND] = [uuidv7(), uuidv7()];

let pool: Pool;
let databases: Databases;
beforeAll(async () => {
  pool = await testPool('dead_letters_verb', inboxMigrations);
  databases = {
    query: async (row, _, statement) =>
      z.array(row).parse((await pool.query(selectAsJson(statement))).rows[0].rows),
  };
  for (const id of [FIRST, SECOND])
    await deadLetter(pool, {
      group: 'notes',
      event: { ...EVENT, id },
      reason: 'Error: no\nat all',
      attempts: 8,
    });
  const message = { attributes: {}, body: Buffer.from('?') };
  const unreadable = { topic: 'orders', origin: 'orders/3/42', reason: 'nothing in it', message };
  await deadLetterUnreadable(pool, 'notes', unreadable, recordedLog().log);
});
afterAll(() => pool.end());

async function listAll(): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const page of readDeadLetters(databases, ['notification'])) letters.push(...page);
  return letters;
}

const requestedIds = async () =>
  (await pool.query('SELECT event_id FROM dead_letter WHERE replay_at IS NOT NULL ORDER BY 1')).rows.map(
    (row) => row.event_id,
  );

test('lists dead letters with their reason, and messages that are not events with their position', async () => {
  const letters = await listAll();
  expect(letters).toMatchObject([
    { id: FIRST, group: 'notes', key: 'k', attempts: 8, origin: null, replayAt: null, isEvent: true },
    { id: SECOND, reason: 'Error: no\nat all' },
    { origin: 'orders/3/42', reason: 'UnreadableError: nothing in it', isEvent: false },
  ]);
  const text = letters.map((letter) => `${formatDeadLetter(letter)}\n`).join('\n');
  expect(text).toContain(
    `${FIRST}  notes of orders, dead-lettered ${letters[0]?.deadLetteredAt} after 8 attempts`,
  );
  expect(text).toContain('  a.b.C of k\n  Error: no\n  at all\n');
  expect(text).toContain('after 1 attempt\n  not an event, from orders/3/42; cannot be replayed\n');
});

test('requests a replay of the given ids, or of all events', async () => {
  expect(await requestReplay(databases, ['notification'], [FIRST])).toEqual([FIRST]);
  expect(await requestedIds()).toEqual([FIRST]);
  expect((await listAll()).map(formatDeadLetter).join()).toContain('replay is pending');
  expect(await requestReplay(databases, ['notification'], undefined)).toHaveLength(2);
  expect(await requestedIds()).toEqual([FIRST, SECOND].toSorted());
});

test('rejects an invalid id, and the id of a message that is not an event', async () => {
  await expect(requestReplay(databases, ['notification'], ["'; DROP TABLE x"])).rejects.toThrow(
    "''; DROP TABLE x' is not an event id; to list ids, run npm run events -- dead",
  );
  const letters = await listAll();
  const unreadable = letters.find(({ isEvent }) => !isEvent)?.id ?? '';
  for (const id of [uuidv7(), unreadable])
    await expect(requestReplay(databases, ['notification'], [id])).rejects.toThrow(
      `dead letter '${id}' does not exist`,
    );
});

test('lists dead letters of several pages, and cuts long reasons', async () => {
  await pool.query(
    `INSERT INTO dead_letter (consumer_group, event_id, topic, type, key, time, data, reason, attempts)
     SELECT 'many', gen_random_uuid(), 'orders', 'a.b.C', 'k', now(), '{}', repeat('x', 10000), 1
     FROM generate_series(1, 450)`,
  );
  const many = (await listAll()).filter(({ group }) => group === 'many');
  expect(new Set(many.map(({ id }) => id)).size).toBe(450);
  expect(many[0]?.reason).toHaveLength(4_000);
});
