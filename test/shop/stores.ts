import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { RunningShop } from './running-shop.ts';

/** Services with a database of their own. */
export const STORES = ['user', 'product', 'order', 'payment', 'notification'] as const;

/** Asks the database of a service, with the role and password that the service has. */
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

/** Says how far a job in the background has come, which goes on by itself. */
const PROGRESS = 'reconciliation';

/** One digest for each table of all stores: equal when not a row is different. */
export async function fingerprint(shop: RunningShop): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  for (const store of STORES) {
    const tables = await queryStore(
      shop,
      store,
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> $1`,
      [PROGRESS],
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
