import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { postgresTopics } from '../../../../scripts/lab/bench/events/bench-broker.ts';
import { type EventsServer, eventsServer } from '../../../../scripts/lab/bench/events/events-server.ts';
import { measureLag } from '../../../../scripts/lab/bench/events/lag.ts';
import { countLost, readBooks } from '../../../../scripts/lab/bench/events/lost.ts';
import { naivePoller } from '../../../../scripts/lab/bench/events/naive-poller.ts';
import { ProgramError, runProgram } from '../../../../scripts/process/run-program.ts';
import { eventually } from '../../../services/kit/eventually.ts';
import { testPool } from '../../../services/test-pool.ts';

let server: EventsServer;
beforeAll(async () => {
  server = await eventsServer();
});
afterAll(() => server?.stop());

test('the lag of every order is measured, from when it was due and from its commit', async () => {
  const load = { rate: 20, seconds: 1, warmUpSeconds: 1 };
  const { signal } = new AbortController();
  const [lags] = await measureLag(server, postgresTopics(server), load, 1, signal);
  expect(lags?.fromDue).toHaveLength(20);
  expect(lags?.fromDue.every((lag, index) => lag >= (lags.fromCommit[index] ?? Number.NaN))).toBe(true);
});

test('events of many writers are counted: each has one effect, in the order of its key', async () => {
  // A new group gets all that was ever published.
  await server.query('events', 'TRUNCATE event');
  const outcome = await countLost(server, 400, new AbortController().signal);
  expect(outcome.written).toBeGreaterThanOrEqual(400);
  expect(outcome).toMatchObject({ lost: 0, twice: 0, disordered: 0 });
});

test('what was not applied, was applied twice or in another order is counted as such', async () => {
  await server.query('writers', 'DELETE FROM effect WHERE at = (SELECT max(at) FROM effect)');
  await server.query('writers', 'INSERT INTO effect (id, key, n) SELECT id, key, n FROM effect LIMIT 2');
  expect(await readBooks(server, 'writers')).toMatchObject({ lost: 1, twice: 2, disordered: 2 });
});

test('a poller of numbers never sees a row that commits late', async () => {
  const pool = await testPool('naive_poller', []);
  try {
    await pool.query('CREATE TABLE kept (seq bigint PRIMARY KEY, id uuid)');
    const late = await pool.connect();
    await late.query('BEGIN; INSERT INTO kept (seq) VALUES (1)');
    await pool.query('INSERT INTO kept (seq) VALUES (2)');
    const poller = naivePoller(pool);
    await eventually(() => poller.seen() === 1);
    await late.query('COMMIT');
    late.release();
    expect(await poller.finish()).toBe(1);
  } finally {
    await pool.end();
  }
});

test('a number of events that is none is refused, with the rule', async () => {
  const bench = runProgram(process.execPath, ['scripts/bench.ts', 'events', '--events', 'many']);
  await expect(bench).rejects.toThrow(ProgramError);
  await expect(bench).rejects.toThrow("--events 'many' must be a whole number from 1 to 100000000");
});
