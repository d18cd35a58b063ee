import type { Pool } from 'pg';
import { isUuid } from '../kit/fields/uuid.ts';
import type { Watchers } from '../kit/store/watchers.ts';
import type { WatchStockResponse } from '../proto/gen/weft/product/v1/product.ts';
import { noProduct } from './get-product.ts';
import { readStock, type StockChange } from './stock-changes.ts';

/**
 * Yields the current stock, then each change until `signal` aborts. A slow reader skips to the newest value.
 * @throws ServiceError `not-found`
 */
export async function* watchStock(
  pool: Pool,
  changes: Watchers<StockChange>,
  productId: string,
  signal: AbortSignal,
): AsyncGenerator<WatchStockResponse> {
  if (!isUuid(productId)) throw noProduct(productId);
  const id = productId.toLowerCase();
  const watch = changes.open(id, signal);
  try {
    const [now] = await readStock(pool, [id]);
    if (!now) throw noProduct(productId);
    let version = -1;
    for (let change: StockChange | undefined = now; change; change = await watch.next()) {
      // The first read may be newer than a change published during it.
      if (change.version <= version) continue;
      version = change.version;
      yield { productId: id, stock: change.stock, at: new Date(change.at) };
    }
  } finally {
    watch.close();
  }
}
