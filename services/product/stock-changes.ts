import type { Pool } from 'pg';
import type { Background } from '../kit/process/background.ts';
import { Poller } from '../kit/process/poller.ts';
import type { Watchers } from '../kit/store/watchers.ts';
import type { Log } from '../kit/telemetry/log.ts';

/** Maximum delay of a notification after a change. */
const POLL_INTERVAL_MS = 200;

/** The stock of a product after a change. */
export interface StockChange {
  readonly id: string;
  readonly stock: number;
  /** Increases with each change of this product's stock. */
  readonly version: number;
  /** An instant, ISO 8601. */
  readonly at: string;
}

const READ = `
  SELECT json_build_object('id', id, 'stock', stock, 'version', stock_version, 'at', now()) AS change
  FROM product WHERE id = ANY ($1::uuid[])`;

/** Returns the current stock of products. Unknown products are left out. */
export async function readStock(pool: Pool, ids: readonly string[]): Promise<readonly StockChange[]> {
  const { rows } = await pool.query<{ change: StockChange }>({
    name: 'read-stock',
    text: READ,
    values: [ids],
  });
  return rows.map((row) => row.change);
}

/**
 * Notifies the watchers of stock changes by any process. One poll serves all watchers. Polling replaces NOTIFY, because
 * commits with a NOTIFY are serialized, and every sale would need one.
 */
export function stockChanges(pool: Pool, watchers: Watchers<StockChange>, log: Log): Background {
  let publishedVersions = new Map<string, number>();
  const poll = async () => {
    const keys = watchers.keys();
    const changes = keys.length > 0 ? await readStock(pool, keys) : [];
    for (const change of changes)
      if (publishedVersions.get(change.id) !== change.version) watchers.publish(change.id, change);
    publishedVersions = new Map(changes.map(({ id, version }) => [id, version]));
    return false;
  };
  return new Poller({ poll, maxPauseMs: POLL_INTERVAL_MS, name: 'poll of watched stock', log });
}
