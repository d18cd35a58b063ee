import type { Pool } from 'pg';
import { serviceError, throwIfInvalid } from '../kit/errors/service-error.ts';
import { isUuid, uuidViolations } from '../kit/fields/uuid.ts';
import { MAX_UUID, readPage } from '../kit/store/page.ts';
import { type ListOrdersRequest, type ListOrdersResponse, Order } from '../proto/gen/weft/order/v1/order.ts';
import { ORDER_COLUMNS, type OrderRow, toOrder } from './order-row.ts';

const OF_CUSTOMER = `SELECT ${ORDER_COLUMNS} FROM orders WHERE id = $1 AND customer_id = $2`;

const BY_KEY = `
  SELECT ${ORDER_COLUMNS}, orders.idempotency_key
  FROM unnest($1::uuid[], $2::text[]) AS asked (customer_id, idempotency_key)
  JOIN orders ON orders.customer_id = asked.customer_id AND orders.idempotency_key = asked.idempotency_key`;

/** What an order is placed with once. */
export interface OrderKey {
  readonly customerId: string;
  readonly idempotencyKey: string;
}

const LIST = `
  SELECT ${ORDER_COLUMNS} FROM orders WHERE customer_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`;

/** @throws ServiceError `not-found`, also for the order of another customer */
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

/** The orders that were placed with these keys; undefined for each that none was placed with. */
export async function ordersByKey(
  pool: Pool,
  keys: readonly OrderKey[],
): Promise<readonly (OrderRow | undefined)[]> {
  const { rows } = await pool.query<OrderRow & { readonly idempotency_key: string }>({
    // Without a name it is planned each time: while nobody has analyzed the table, the planner may take the index of all
    // orders of a customer for as good as that of the key, and only the size of the table tells it better.
    text: BY_KEY,
    values: [keys.map(({ customerId }) => customerId), keys.map(({ idempotencyKey }) => idempotencyKey)],
  });
  const found = new Map(rows.map((row) => [`${row.customer_id} ${row.idempotency_key}`, row]));
  return keys.map(({ customerId, idempotencyKey }) =>
    found.get(`${customerId.toLowerCase()} ${idempotencyKey}`),
  );
}

/**
 * Reads a page of a customer's orders, newest first.
 * @throws ServiceError `invalid-request` for a limit or cursor that breaks its rule
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
