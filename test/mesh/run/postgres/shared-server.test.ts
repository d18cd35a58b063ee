import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { testStore } from '../../../postgres.ts';

async function query(connectionString: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the shared Postgres server of tests', () => {
  test('creates a separate database for each caller', async () => {
    const [one, two] = await Promise.all([testStore('cart'), testStore('cart')]);
    expect(one.database).not.toBe(two.database);
    await query(one.connectionString, 'create table line (id int)');
    await expect(query(two.connectionString, 'select from line')).rejects.toThrow('does not exist');
  });

  test('denies roles access to other databases', async () => {
    const [one, two] = await Promise.all([testStore('cart'), testStore('cart')]);
    const foreign = two.connectionString.replace(/[^/]*$/, one.database);
    await expect(query(foreign, 'select 1')).rejects.toThrow('permission denied');
  });

  test('sorts by code point and stores UTF-8', async () => {
    const { connectionString } = await testStore('words');
    const rows = await query(
      connectionString,
      `select word from (values ('ä'), ('b'), ('A')) as w(word) order by word`,
    );
    expect(rows).toEqual([{ word: 'A' }, { word: 'b' }, { word: 'ä' }]);
  });
});
