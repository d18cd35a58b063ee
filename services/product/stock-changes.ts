import type { Pool } from 'pg';
import type { Background } from '../kit/process/background.ts';
import { Poller } from '../kit/process/poller.ts';
import type { Watchers } from '../kit/store/watchers.ts';
import type { Log } from '../kit/telemetry/log.ts';

/** Longest time after a change until it is seen, milliseconds. */
const LOOK_MS = 200;

/** The stock of a product after a change. */
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

/**
 * Tells the watchers of each change of stock, of whichever process; one statement now and then serves all of them. Stock
 * that is watched is looked at, not announced: commits with a NOTIFY wait for each other, and all that sells has one.
 */
export function stockChanges(pool: Pool, watchers: Watchers<StockChange>, log: Log): Background {
  let told = new Map<string, number>();
  const look = async () => {
    const keys = watchers.keys();
    const changes = keys.length > 0 ? await readStock(pool, keys) : [];
    for (const change of changes)
      if (told.get(change.id) !== change.version) watchers.publish(change.id, change);
    told = new Map(changes.map(({ id, version }) => [id, version]));
    return false;
  };
  return new Poller({ poll: look, maxPauseMs: LOOK_MS, name: 'look at the stock that is watched', log });
}
