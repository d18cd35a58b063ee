import type { Pool } from 'pg';
import type { Watchers } from '../kit/store/watchers.ts';
import type { WatchOrderRequest, WatchOrderResponse } from '../proto/gen/weft/order/v1/order.ts';
import { orderOfCustomer } from './find-orders.ts';
import { toOrder } from './order-row.ts';

/**
 * The order now, and after each change of its status; ends after the terminal one, or when `signal` aborts.
 * @throws ServiceError `not-found`, also for the order of another customer
 */
export async function* watchOrder(
  pool: Pool,
  changes: Watchers<true>,
  { id, customerId }: WatchOrderRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchOrderResponse> {
  const watch = changes.open(id.toLowerCase(), signal);
  try {
    let told = '';
    do {
      const order = toOrder(await orderOfCustomer(pool, id, customerId));
      if (order.status !== told) yield { order };
      if (order.status !== 'pending') return;
      told = order.status;
    } while (await watch.next());
  } finally {
    watch.close();
  }
}
