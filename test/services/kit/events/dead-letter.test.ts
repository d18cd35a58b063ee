import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import { deadLetterUnreadable } from '../../../../services/kit/events/dead-letter.ts';
import type { Event } from '../../../../services/kit/events/event.ts';
import { inboxMigrations, receiver } from '../../../../services/kit/events/inbox.ts';
import type { UnreadableMessage } from '../../../../services/kit/events/unreadable-message.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { testPool } from '../../test-pool.ts';
import { recordedLog } from '../recorded-log.ts';

let pool: Pool;
beforeAll(async () => {
  pool = await testPool('dead_letter', inboxMigrations);
});
beforeEach(() => pool.query('TRUNCATE dead_letter'));
afterAll(() => pool.end());

const UNREADABLE: UnreadableMessage = {
  topic: 'orders',
  origin: 'orders/3/42',
  reason: "attribute 'id' is missing",
  message: { attributes: { type: 'x\0y', partitionkey: '\ud83d', other: '1' }, body: Buffer.from('\0no') },
};

test('an unreadable message is dead-lettered once, with its reason, origin and bytes', async () => {
  const { log, lines } = recordedLog();
  await deadLetterUnreadable(pool, 'notes', UNREADABLE, log);
  await deadLetterUnreadable(pool, 'notes', UNREADABLE, log);
  await deadLetterUnreadable(pool, 'notes', { ...UNREADABLE, origin: 'orders/3/43' }, log);
  const { rows } = await pool.query('SELECT * FROM dead_letter ORDER BY origin');
  expect(rows.map(({ origin }) => origin)).toEqual(['orders/3/42', 'orders/3/43']);
  expect(rows[0]).toMatchObject({
    consumer_group: 'notes',
    topic: 'orders',
    type: 'xy',
    key: '\ufffd',
    reason: "UnreadableError: attribute 'id' is missing",
    attempts: 1,
    data: { attributes: { other: '1' }, body: 'AG5v', bytes: 3 },
  });
  expect(lines[0]).toMatchObject({ level: 'error', origin: 'orders/3/42' });
});

test('only the beginning of a huge message is stored', async () => {
  const huge = { ...UNREADABLE, message: { attributes: {}, body: Buffer.alloc(5_000_000, 'a') } };
  await deadLetterUnreadable(pool, 'notes', huge, recordedLog().log);
  const { rows } = await pool.query('SELECT data FROM dead_letter');
  expect(rows[0].data.bytes).toBe(5_000_000);
  expect(Buffer.from(rows[0].data.body, 'base64')).toHaveLength(600_000);
});

test('an event whose data the database cannot store is still dead-lettered', async () => {
  const handle = async () => {
    throw new Error('no');
  };
  const event: Event = {
    id: uuidv7(),
    topic: 'orders',
    type: 't',
    key: 'k',
    time: '2026-01-02T03:04:05.678Z',
    data: { a: 'x\0y' },
  };
  const options = { topic: 'orders', group: 'notes', handle };
  const deliver = receiver(pool, options, recordedLog().log, {
    retry: { maxAttempts: 1, initialPauseMs: 1 },
  });
  await deliver(event, new AbortController().signal);
  const { rows } = await pool.query('SELECT data, reason FROM dead_letter');
  expect(rows[0].reason).toBe('Error: no');
  expect(JSON.parse(Buffer.from(rows[0].data.json, 'base64').toString())).toEqual(event.data);
});
