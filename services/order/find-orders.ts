import type { Pool } from 'pg';
import { AFTER_ALL, readPage } from '../kit/page.ts';
import { refuse } from '../kit/refuse.ts';
import { serviceError } from '../kit/service-error.ts';
import { uuidViolations } from '../kit/uuid-violations.ts';
import { isUuid } from '../kit/uuidv7.ts';
import type { ListOrdersRequest, ListOrdersResponse } from '../proto/gen/weft/order/v1/order.ts';
import { ORDER_COLUMNS, type OrderRow, toOrder } from './order-row.ts';

const OF_CUSTOMER = `SELECT ${ORDER_COLUMNS} FROM orders WHERE id = $1 AND customer_id = $2`;

const BY_KEY = `SELECT ${ORDER_COLUMNS} FROM orders WHERE customer_id = $1 AND idempotency_key = $2`;

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

/** The order that a customer placed with an idempotency key; undefined when there is none. */
export async function orderByKey(
  pool: Pool,
  customerId: string,
  idempotencyKey: string,
): Promise<OrderRow | undefined> {
  const { rows } = await pool.query<OrderRow>({
    name: 'order-by-key',
    text: BY_KEY,
    values: [customerId, idempotencyKey],
  });
  return rows[0];
}

/**
 * A page of a customer's orders, newest first.
 * @throws ServiceError `invalid-request` for a limit or cursor that breaks its rule
 */
export async function listOrders(pool: Pool, request: ListOrdersRequest): Promise<ListOrdersResponse> {
  const { customerId } = request;
  refuse(uuidViolations(customerId, 'customerId'));
  const { rows, nextCursor } = await readPage(request, AFTER_ALL, async (before, limit) => {
    const values = [customerId, before, limit];
    return (await pool.query<OrderRow>({ name: 'list-orders', text: LIST, values })).rows;
  });
  return { items: rows.map(toOrder), nextCursor };
}
