import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { RunningShop } from './running-shop.ts';

/** Services with a database. */
export const STORES = ['user', 'product', 'order', 'payment', 'notification', 'web'] as const;

/** Queries the database of a service with the role and password of the service. */
export async function queryStore(
  shop: RunningShop,
  service: (typeof STORES)[number],
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const endpoints = JSON.parse(await readFile(join(shop.data, 'endpoints.json'), 'utf8'));
  const [host, port] = endpoints['postgres.shop.svc.cluster.local:5432'][0].split(':');
  const password = await readFile(join(shop.data, 'secrets', `${service}-store`, 'store-password'), 'utf8');
  const client = new pg.Client({ host, port: Number(port), database: service, user: service, password });
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** Table that a background job updates independently of requests. */
const PROGRESS_TABLE = 'reconciliation';

/** Returns a digest of each table of all stores. Digests are equal if all rows are equal. */
export async function fingerprint(shop: RunningShop): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  for (const store of STORES) {
    const tables = await queryStore(
      shop,
      store,
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> $1`,
      [PROGRESS_TABLE],
    );
    for (const { tablename } of tables) {
      const [row] = await queryStore(
        shop,
        store,
        `SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) AS digest FROM "${tablename}" t`,
      );
      digests[`${store}.${tablename}`] = String(row?.digest);
    }
  }
  return digests;
}
