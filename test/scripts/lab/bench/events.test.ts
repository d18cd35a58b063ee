import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPostgresBroker } from '../../../../scripts/lab/bench/events/bench-broker.ts';
import {
  countDeliveryErrors,
  readDeliveryCounts,
} from '../../../../scripts/lab/bench/events/count-delivery-errors.ts';
import { type EventsServer, startEventsServer } from '../../../../scripts/lab/bench/events/events-server.ts';
import { measureLag } from '../../../../scripts/lab/bench/events/lag.ts';
import { startNaivePoller } from '../../../../scripts/lab/bench/events/naive-poller.ts';
import { ProgramError, runProgram } from '../../../../scripts/process/run-program.ts';
import { testPool } from '../../../services/test-pool.ts';
import { eventually } from '../../../until.ts';

let server: EventsServer;
beforeAll(async () => {
  server = await startEventsServer();
});
afterAll(() => server?.stop());

test('measures the lag of every order since it was due and since its commit', async () => {
  const load = { rate: 20, seconds: 1, warmUpSeconds: 1 };
  const { signal } = new AbortController();
  const [lags] = await measureLag(server, createPostgresBroker(server), load, 1, signal);
  expect(lags?.fromDue).toHaveLength(20);
  expect(lags?.fromDue.every((lag, index) => lag >= (lags.fromCommit[index] ?? Number.NaN))).toBe(true);
});

test('applies each event of concurrent writers once, in order within its key', async () => {
  // A new consumer group would receive all events published before.
  await server.query('events', 'TRUNCATE event');
  const outcome = await countDeliveryErrors(server, 400, new AbortController().signal);
  expect(outcome.writtenEvents).toBeGreaterThanOrEqual(400);
  expect(outcome).toMatchObject({ lostEvents: 0, duplicateEvents: 0, reorderedEvents: 0 });
});

test('counts lost, duplicate and reordered events', async () => {
  await server.query('writers', 'DELETE FROM effect WHERE at = (SELECT max(at) FROM effect)');
  await server.query('writers', 'INSERT INTO effect (id, key, n) SELECT id, key, n FROM effect LIMIT 2');
  expect(await readDeliveryCounts(server, 'writers')).toMatchObject({
    lostEvents: 1,
    duplicateEvents: 2,
    reorderedEvents: 2,
  });
});

test('a naive poller misses a row that commits late', async () => {
  const pool = await testPool('naive_poller', []);
  try {
    await pool.query('CREATE TABLE outbox_copy (seq bigint PRIMARY KEY, id uuid)');
    const late = await pool.connect();
    await late.query('BEGIN; INSERT INTO outbox_copy (seq) VALUES (1)');
    await pool.query('INSERT INTO outbox_copy (seq) VALUES (2)');
    const poller = startNaivePoller(pool);
    await eventually(() => poller.rowCount() === 1);
    await late.query('COMMIT');
    late.release();
    expect(await poller.finish()).toBe(1);
  } finally {
    await pool.end();
  }
});

test('rejects an invalid number of events', async () => {
  const bench = runProgram(process.execPath, ['scripts/bench.ts', 'events', '--events', 'many']);
  await expect(bench).rejects.toThrow(ProgramError);
  await expect(bench).rejects.toThrow("--events 'many' must be a whole number from 1 to 100000000");
});
