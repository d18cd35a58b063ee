import pg from 'pg';
import type { Migration } from '../../services/kit/store/migrate.ts';
import { migrate } from '../../services/kit/store/migrate.ts';
import { PLANNER_OPTIONS } from '../../services/kit/store/open-pool.ts';
import { testStore } from '../postgres.ts';
import { quiet } from './serve.ts';

/** A fresh database with `migrations`, behind a pool as services have it. Close it with `end`. */
export async function testPool(name: string, migrations: readonly Migration[]): Promise<pg.Pool> {
  const { connectionString } = await testStore(name);
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    options: PLANNER_OPTIONS,
  });
  pool.on('error', () => {});
  await migrate(pool, migrations, quiet);
  return pool;
}
