import type { LocalRun } from '../../../../mesh/run/local-run.ts';
import { isPostgres } from '../../../../mesh/run/postgres-process.ts';
import { openStores, type Stores } from '../stores.ts';

/** The databases of a local run. @throws Error when it runs without a Postgres */
export async function localStores({ pods, secrets }: LocalRun): Promise<Stores> {
  const [port] = pods.find(isPostgres)?.ports.values() ?? [];
  if (port === undefined) throw new Error('no Postgres runs here: the books cannot be read');
  const password = await secrets.read({ secret: 'postgres', key: 'superuser-password' });
  return openStores(async () => ({ host: '127.0.0.1', port, user: 'postgres', password }));
}
