import type { Pool } from 'pg';
import { uuidv7 } from '../kit/fields/uuid.ts';
import { Batcher } from '../kit/process/batcher.ts';
import type { Order } from '../proto/gen/weft/order/v1/order.ts';
import type { OpenOrder } from './due-orders.ts';
import { LEASE } from './lease.ts';
import { orderEvent } from './order-event.ts';
import type { Reason, State } from './state-machine.ts';

/**
 * Inserts orders, their lines and their events, skipping orders that exist. The rows are one JSON text, which pg
 * serializes and parses faster than an array per column.
 */
export const INSERT_ORDERS = `
  WITH requested AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1) AS requested (
      id uuid, customer_id uuid, idempotency_key text, fingerprint bytea, payment_token text, total_amount bigint,
      total_currency text, state text, reason text, placed_at timestamptz, leased boolean, lines jsonb,
      event_id uuid, topic text, type text, event jsonb, traceparent text)
  ), placed AS (
    INSERT INTO orders (id, customer_id, idempotency_key, fingerprint, payment_token, total_amount, total_currency,
      state, reason, placed_at, attempts, next_attempt_at, traceparent)
    SELECT id, customer_id, idempotency_key, fingerprint, payment_token, total_amount, total_currency,
      state, reason, placed_at, leased::int, CASE WHEN leased THEN now() + ${LEASE} ELSE now() END, traceparent
    -- Rows are locked in key order so that concurrent inserts cannot deadlock.
    FROM requested ORDER BY customer_id, idempotency_key
    ON CONFLICT DO NOTHING RETURNING id
  ), lines AS (
    INSERT INTO order_line (order_id, position, product_id, quantity, name, price_amount, price_currency)
    SELECT id, line.* FROM placed JOIN requested USING (id), jsonb_to_recordset(lines) AS line (
      position int, product_id uuid, quantity int, name text, price_amount bigint, price_currency text)
  ), events AS (
    INSERT INTO outbox (id, topic, type, key, data, traceparent)
    SELECT event_id, topic, type, id::text, event, traceparent FROM placed JOIN requested USING (id)
  )
  SELECT id FROM placed`;

export interface NewOrder {
  /** The order with status `pending`. */
  readonly order: Order;
  readonly idempotencyKey: string;
  readonly fingerprint: Buffer | null;
  readonly paymentToken: string;
  readonly state: Extract<State, 'paying' | 'releasing'>;
  readonly reason?: Reason;
  /** W3C traceparent of the request. @default not traced */
  readonly traceparent?: string | undefined;
  /** Whether this process leases the order and works on it at once. @default false */
  readonly leased?: boolean;
}

/**
 * Inserts orders.
 * @param orders orders with different ids
 * @returns for each order whether it was inserted; false when one with this id, or with this customer and key, exists
 */
export async function insertOrders(pool: Pool, orders: readonly NewOrder[]): Promise<readonly boolean[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'insert-orders',
    text: INSERT_ORDERS,
    values: [JSON.stringify(orders.map(rowOf))],
  });
  const insertedIds = new Set(rows.map(({ id }) => id));
  return orders.map(({ order }) => insertedIds.has(order.id));
}

/** Orders inserted by one statement. */
const MAX_BATCH_SIZE = 100;

/** Returns a batcher that inserts concurrently placed orders with one statement. */
export function insertBatcher(pool: Pool): Batcher<NewOrder, boolean> {
  return new Batcher(
    (orders) => insertOrders(pool, orders),
    MAX_BATCH_SIZE,
    ({ order }) => order.id,
  );
}

/** Returns an order that was inserted with a lease, as the saga processes it. */
export function toOpenOrder({
  order,
  fingerprint,
  paymentToken,
  state,
  reason,
  traceparent,
}: NewOrder): OpenOrder {
  return {
    id: order.id,
    customer_id: order.customerId,
    total_amount: String(order.total?.amount),
    total_currency: order.total?.currency ?? '',
    state,
    reason: reason ?? '',
    placed_at: order.placedAt ?? new Date(),
    attempts: 1,
    fingerprint,
    payment_token: paymentToken,
    lines: linesOf(order),
    traceparent: traceparent ?? null,
    age_ms: 0,
  };
}

/** Returns an order as a row of the statement. */
export function rowOf(placed: NewOrder) {
  const { order, idempotencyKey, fingerprint, paymentToken, state, reason, leased, traceparent } = placed;
  const event = orderEvent('placed', order);
  return {
    id: order.id,
    customer_id: order.customerId,
    idempotency_key: idempotencyKey,
    fingerprint: fingerprint && `\\x${fingerprint.toString('hex')}`,
    payment_token: paymentToken,
    total_amount: order.total?.amount,
    total_currency: order.total?.currency,
    state,
    reason: reason ?? '',
    placed_at: order.placedAt,
    leased: leased ?? false,
    lines: linesOf(order),
    event_id: uuidv7(),
    topic: event.topic,
    type: event.type,
    event: event.data,
    traceparent,
  };
}

function linesOf({ items }: Order) {
  return items.map(({ productId, quantity, name, unitPrice }, position) => ({
    position,
    product_id: productId,
    quantity,
    name,
    price_amount: unitPrice?.amount ?? 0,
    price_currency: unitPrice?.currency ?? '',
  }));
}
