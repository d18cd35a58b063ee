import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import { z } from 'zod';
import { asJson, type Databases } from '../../../../scripts/operate/events/databases.ts';
import { type DeadLetter, deadLetters, replay } from '../../../../scripts/operate/events/dead-letters.ts';
import { deadLetterText } from '../../../../scripts/operate/events/dead-letters-text.ts';
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
      z.array(row).parse((await pool.query(asJson(statement))).rows[0].rows),
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

async function listed(): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const page of deadLetters(databases, ['notification'])) letters.push(...page);
  return letters;
}

const asked = async () =>
  (await pool.query('SELECT event_id FROM dead_letter WHERE replay_at IS NOT NULL ORDER BY 1')).rows.map(
    (row) => row.event_id,
  );

test('dead letters are listed with their reason, and what is no event with where it lay', async () => {
  const letters = await listed();
  expect(letters).toMatchObject([
    { id: FIRST, group: 'notes', key: 'k', attempts: 8, origin: null, replayAt: null, isEvent: true },
    { id: SECOND, reason: 'Error: no\nat all' },
    { origin: 'orders/3/42', reason: 'UnreadableError: nothing in it', isEvent: false },
  ]);
  const text = letters.map((letter) => `${deadLetterText(letter)}\n`).join('\n');
  expect(text).toContain(`${FIRST}  notes of orders, put aside ${letters[0]?.buriedAt} after 8 tries`);
  expect(text).toContain('  a.b.C of k\n  Error: no\n  at all\n');
  expect(text).toContain('after 1 try\n  no event, from orders/3/42; it cannot be replayed\n');
});

test('those that are named are asked for, or all that are events', async () => {
  expect(await replay(databases, ['notification'], [FIRST])).toEqual([FIRST]);
  expect(await asked()).toEqual([FIRST]);
  expect((await listed()).map(deadLetterText).join()).toContain('is about to be tried again');
  expect(await replay(databases, ['notification'], undefined)).toHaveLength(2);
  expect(await asked()).toEqual([FIRST, SECOND].toSorted());
});

test('an id that is none, or of nothing that can be replayed, is named', async () => {
  await expect(replay(databases, ['notification'], ["'; DROP TABLE x"])).rejects.toThrow(
    "''; DROP TABLE x' is not the id of an event: npm run events -- dead lists them",
  );
  const letters = await listed();
  const unreadable = letters.find(({ isEvent }) => !isEvent)?.id ?? '';
  for (const id of [uuidv7(), unreadable])
    await expect(replay(databases, ['notification'], [id])).rejects.toThrow(
      `no event '${id}' is among the dead letters`,
    );
});

test('all are listed, however many and however long their reasons', async () => {
  await pool.query(
    `INSERT INTO dead_letter (consumer_group, event_id, topic, type, key, time, data, reason, attempts)
     SELECT 'many', gen_random_uuid(), 'orders', 'a.b.C', 'k', now(), '{}', repeat('x', 10000), 1
     FROM generate_series(1, 450)`,
  );
  const many = (await listed()).filter(({ group }) => group === 'many');
  expect(new Set(many.map(({ id }) => id)).size).toBe(450);
  expect(many[0]?.reason).toHaveLength(4_000);
});
