import type { Pool } from 'pg';
import type { Background } from '../kit/process/background.ts';
import { listen } from '../kit/store/listen.ts';
import type { Watchers } from '../kit/store/watchers.ts';
import type { Log } from '../kit/telemetry/log.ts';
import type { WatchOrderRequest, WatchOrderResponse } from '../proto/gen/weft/order/v1/order.ts';
import { orderOfCustomer } from './find-orders.ts';
import { toOrder } from './order-row.ts';

/**
 * Yields the order now and after each change of its status. Ends after a terminal status, or when `signal` aborts.
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
    let reportedStatus = '';
    do {
      const order = toOrder(await orderOfCustomer(pool, id, customerId));
      if (order.status !== reportedStatus) yield { order };
      if (order.status !== 'pending') return;
      reportedStatus = order.status;
    } while (await watch.next());
  } finally {
    watch.close();
  }
}

/**
 * Wakes the watchers of an order when its status changes in any process. One connection listens for all orders.
 */
export function orderChanges(pool: Pool, watchers: Watchers<true>, log: Log): Background {
  return listen(
    pool,
    'order_status',
    (orderId) => {
      for (const key of orderId === undefined ? watchers.keys() : [orderId]) watchers.publish(key, true);
    },
    log,
  );
}
