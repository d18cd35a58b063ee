import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { transaction } from '../../../../services/kit/store/transaction.ts';
import { testStore } from '../../../postgres.ts';

let pool: pg.Pool;

beforeAll(async () => {
  const { connectionString } = await testStore('kit-transaction');
  pool = new pg.Pool({ connectionString, max: 1 });
  pool.on('error', () => {});
  await pool.query('CREATE TABLE t (n int)');
});
afterAll(() => pool.end());

const add = (n: number) => (tx: pg.PoolClient) => tx.query('INSERT INTO t VALUES ($1)', [n]);
const stored = async (n: number) => (await pool.query('SELECT FROM t WHERE n = $1', [n])).rowCount === 1;

test('commits and returns the result of the work', async () => {
  expect(await transaction(pool, async (tx) => (await add(1)(tx)).rowCount)).toBe(1);
  expect(await stored(1)).toBe(true);
});

test('rolls back when the work throws', async () => {
  const work = transaction(pool, async (tx) => {
    await add(2)(tx);
    throw serviceError('not-found', { metadata: { what: 'product a' } });
  });
  await expect(work).rejects.toMatchObject({ code: 'not-found' });
  expect(await stored(2)).toBe(false);
});

test('a swallowed statement error fails the transaction', async () => {
  const work = transaction(pool, async (tx) => {
    await add(3)(tx);
    await tx.query('SELECT 1/0').catch(() => {});
  });
  await expect(work).rejects.toThrow('the transaction was rolled back');
  expect(await stored(3)).toBe(false);
});

test('commits nothing for an aborted call', async () => {
  const controller = new AbortController();
  const work = transaction(
    pool,
    async (tx) => {
      await add(4)(tx);
      controller.abort(serviceError('cancelled'));
    },
    controller.signal,
  );
  await expect(work).rejects.toMatchObject({ code: 'cancelled' });
  expect(await stored(4)).toBe(false);
});

test('a broken connection is not returned to the pool', async () => {
  const work = transaction(pool, async (tx) => {
    await tx.query('SELECT pg_terminate_backend(pg_backend_pid())');
  });
  await expect(work).rejects.toThrow();
  expect(await stored(1)).toBe(true);
});
