import type { Pool } from 'pg';
import { Batcher } from '../kit/process/batcher.ts';
import { type Implementation, implement } from '../kit/server/implement.ts';
import type { Watchers } from '../kit/store/watchers.ts';
import { OrderServiceDefinition } from '../proto/gen/weft/order/v1/order.ts';
import { listOrders, type OrderKey, orderOfCustomer, ordersByKey } from './find-orders.ts';
import { toOrder } from './order-row.ts';
import { type PlaceOrderDependencies, placeOrder } from './place-order.ts';
import { watchOrder } from './watch-order.ts';

/** Idempotency keys looked up by one statement. */
const MAX_KEYS = 100;

/** Implements the order service over the database of `pool`. */
export function orderService(
  pool: Pool,
  dependencies: Omit<PlaceOrderDependencies, 'ordersByKey'>,
  changes: Watchers<true>,
): Implementation {
  const placing = {
    ...dependencies,
    ordersByKey: new Batcher((keys: readonly OrderKey[]) => ordersByKey(pool, keys), MAX_KEYS),
  };
  return implement(OrderServiceDefinition, {
    placeOrder: async (request, context) => ({ order: await placeOrder(placing, request, context) }),
    getOrder: async ({ id, customerId }) => ({ order: toOrder(await orderOfCustomer(pool, id, customerId)) }),
    listOrders: (request) => listOrders(pool, request),
    watchOrder: (request, { signal }) => watchOrder(pool, changes, request, signal),
  });
}
