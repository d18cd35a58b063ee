import type { Pool } from 'pg';
import { serviceError, throwIfInvalid } from '../kit/errors/service-error.ts';
import { isUuid, uuidViolations } from '../kit/fields/uuid.ts';
import { MAX_UUID, readPage } from '../kit/store/page.ts';
import { type ListOrdersRequest, type ListOrdersResponse, Order } from '../proto/gen/weft/order/v1/order.ts';
import { ORDER_COLUMNS, type OrderRow, toOrder } from './order-row.ts';

const OF_CUSTOMER = `SELECT ${ORDER_COLUMNS} FROM orders WHERE id = $1 AND customer_id = $2`;

const BY_KEY = `
  SELECT ${ORDER_COLUMNS}, orders.idempotency_key
  FROM unnest($1::uuid[], $2::text[]) AS requested (customer_id, idempotency_key)
  JOIN orders ON orders.customer_id = requested.customer_id AND orders.idempotency_key = requested.idempotency_key`;

/** Identifies an order by its customer and idempotency key. */
export interface OrderKey {
  readonly customerId: string;
  readonly idempotencyKey: string;
}

const LIST = `
  SELECT ${ORDER_COLUMNS} FROM orders WHERE customer_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`;

/** Returns an order of a customer. @throws ServiceError `not-found`, also for the order of another customer */
export async function orderOfCustomer(pool: Pool, id: string, customerId: string): Promise<OrderRow> {
  if (isUuid(id) && isUuid(customerId)) {
    const { rows } = await pool.query<OrderRow>({
      name: 'order-of-customer',
      text: OF_CUSTOMER,
      values: [id, customerId],
    });
    if (rows[0]) return rows[0];
  }
  throw serviceError('not-found', { metadata: { what: `order ${id.slice(0, 100)}` } });
}

/** Returns the orders placed with these keys; undefined for a key without an order. */
export async function ordersByKey(
  pool: Pool,
  keys: readonly OrderKey[],
): Promise<readonly (OrderRow | undefined)[]> {
  const { rows } = await pool.query<OrderRow & { readonly idempotency_key: string }>({
    // Unnamed, so that Postgres plans the statement each time. Before the table is analyzed, a cached plan may use the
    // index of the customer instead of that of the key. A new plan takes the current size of the table into account.
    text: BY_KEY,
    values: [keys.map(({ customerId }) => customerId), keys.map(({ idempotencyKey }) => idempotencyKey)],
  });
  const ordersByKey = new Map(rows.map((row) => [`${row.customer_id} ${row.idempotency_key}`, row]));
  return keys.map(({ customerId, idempotencyKey }) =>
    ordersByKey.get(`${customerId.toLowerCase()} ${idempotencyKey}`),
  );
}

/**
 * Returns a page of a customer's orders, newest first.
 * @throws ServiceError `invalid-request` for an invalid limit or cursor
 */
export async function listOrders(pool: Pool, request: ListOrdersRequest): Promise<ListOrdersResponse> {
  const { customerId } = request;
  throwIfInvalid(uuidViolations(customerId, 'customerId'));
  return readPage(request, MAX_UUID, {
    read: async ([before], limit) => {
      const values = [customerId, before, limit];
      return (await pool.query<OrderRow>({ name: 'list-orders', text: LIST, values })).rows;
    },
    toItem: toOrder,
    type: Order,
  });
}
