import type { LocalRun } from '../../../mesh/run/local-run.ts';
import { isPostgres } from '../../../mesh/run/postgres-process.ts';
import { openStores, type Stores } from './stores.ts';

/** Opens the databases of a local run. @throws Error if the run has no Postgres */
export async function openLocalStores({ pods, secrets }: LocalRun): Promise<Stores> {
  const [port] = pods.find(isPostgres)?.ports.values() ?? [];
  if (port === undefined) throw new Error('the run has no Postgres to read the ledger from');
  const password = await secrets.read({ secret: 'postgres', key: 'superuser-password' });
  return openStores(async () => ({ host: '127.0.0.1', port, user: 'postgres', password }));
}
