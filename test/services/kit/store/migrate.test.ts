import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { migrate } from '../../../../services/kit/store/migrate.ts';
import { testStore } from '../../../postgres.ts';
import { recordedLog } from '../recorded-log.ts';

let pool: pg.Pool;
const { log, lines } = recordedLog();

beforeAll(async () => {
  const { connectionString } = await testStore('kit-migrate');
  pool = new pg.Pool({ connectionString });
});
afterAll(() => pool.end());

test('concurrent processes apply each migration once, in order', async () => {
  const migrations = [
    { name: '1-table', sql: 'CREATE TABLE t (n int); INSERT INTO t VALUES (1); SELECT pg_sleep(0.02)' },
    { name: '2-column', sql: 'ALTER TABLE t ADD COLUMN m int; INSERT INTO t VALUES (2, 2)' },
  ];
  await Promise.all([1, 2, 3, 4].map(() => migrate(pool, migrations, log)));
  expect((await pool.query('SELECT n, m FROM t ORDER BY n')).rows).toEqual([
    { n: 1, m: null },
    { n: 2, m: 2 },
  ]);
  const applied = lines.filter(({ message }) => message === 'migration applied').map(({ name }) => name);
  expect(applied).toEqual(['1-table', '2-column']);
  await migrate(pool, migrations.slice(0, 1), log);
});

test('rejects a migration that was changed after it was applied', async () => {
  await expect(migrate(pool, [{ name: '1-table', sql: 'CREATE TABLE t (n bigint)' }], log)).rejects.toThrow(
    "migration '1-table' was changed after it was applied; restore it and add a new one, or delete the data of the store (npm start -- --reset)",
  );
});

test('a failing migration rolls back all migrations of the run', async () => {
  const migrations = [
    { name: '3-good', sql: 'CREATE TABLE good ()' },
    { name: '4-bad', sql: 'CREATE TABLE bad (); SELECT 1/0' },
  ];
  await expect(migrate(pool, migrations, log)).rejects.toThrow("migration '4-bad' fails: division by zero");
  const { rows } = await pool.query("SELECT to_regclass('good') AS good, to_regclass('bad') AS bad");
  expect(rows).toEqual([{ good: null, bad: null }]);
});
