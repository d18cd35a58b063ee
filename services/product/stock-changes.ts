import type { Pool } from 'pg';
import type { Background } from '../kit/background.ts';
import { listen } from '../kit/store/listen.ts';
import type { Watchers } from '../kit/store/watchers.ts';
import type { Log } from '../kit/telemetry/log.ts';

/** The stock of a product after a change, as the trigger `announce_stock` tells it. */
export interface StockChange {
  readonly id: string;
  readonly stock: number;
  /** Grows with each change of this product's stock. */
  readonly version: number;
  /** An instant, ISO 8601. */
  readonly at: string;
}

const READ = `
  SELECT json_build_object('id', id, 'stock', stock, 'version', stock_version, 'at', now()) AS change
  FROM product WHERE id = ANY ($1::uuid[])`;

/** The stock of products at this moment; those that do not exist are left out. */
export async function readStock(pool: Pool, ids: readonly string[]): Promise<readonly StockChange[]> {
  const { rows } = await pool.query<{ change: StockChange }>({
    name: 'read-stock',
    text: READ,
    values: [ids],
  });
  return rows.map((row) => row.change);
}

/** Tells the watchers of each change of stock, of whichever process; one connection serves all of them. */
export function stockChanges(pool: Pool, watchers: Watchers<StockChange>, log: Log): Background {
  const readAgain = async () => {
    try {
      for (const change of await readStock(pool, watchers.keys())) watchers.publish(change.id, change);
    } catch (error) {
      log.warn('the stock that is watched could not be read', { error });
    }
  };
  return listen(
    pool,
    'stock',
    (payload) => {
      if (payload === undefined) return void readAgain();
      const change = JSON.parse(payload) as StockChange;
      watchers.publish(change.id, change);
    },
    log,
  );
}
