import type { PostgresStore } from '../mesh/run/postgres/create-store.ts';

export interface TestStore extends PostgresStore {
  /** `host:port`. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  /** For `new pg.Pool({ connectionString })`. */
  readonly connectionString: string;
}

/**
 * A fresh database, with a role of its own, on the Postgres that all tests of this run share. The
 * first call starts the server. Nothing needs to be removed afterwards.
 */
export async function testStore(name: string): Promise<TestStore> {
  const hub = process.env.WEFT_TEST_POSTGRES;
  if (!hub)
    throw new Error('WEFT_TEST_POSTGRES is missing: run the tests through jest, with its global setup');
  const answer = await fetch(`${hub}/stores/${encodeURIComponent(name)}`, { method: 'POST' });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as TestStore;
}
