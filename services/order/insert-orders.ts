import type { Pool } from 'pg';
import { uuidv7 } from '../kit/fields/uuid.ts';
import { Batcher } from '../kit/process/batcher.ts';
import type { Order } from '../proto/gen/weft/order/v1/order.ts';
import type { OpenOrder } from './due-orders.ts';
import { LEASE } from './lease.ts';
import { orderEvent } from './order-event.ts';
import type { Reason, State } from './state-machine.ts';

/**
 * Orders, their lines and the events that say so: all of them, without those that are there already. They come as one
 * JSON text: an array of pg for each column costs more to write and to read.
 */
export const INSERT_ORDERS = `
  WITH asked AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1) AS asked (
      id uuid, customer_id uuid, idempotency_key text, fingerprint bytea, payment_token text, total_amount bigint,
      total_currency text, state text, reason text, placed_at timestamptz, leased boolean, lines jsonb,
      event_id uuid, topic text, type text, event jsonb)
  ), placed AS (
    INSERT INTO orders (id, customer_id, idempotency_key, fingerprint, payment_token, total_amount, total_currency,
      state, reason, placed_at, attempts, next_attempt_at)
    SELECT id, customer_id, idempotency_key, fingerprint, payment_token, total_amount, total_currency,
      state, reason, placed_at, leased::int, CASE WHEN leased THEN now() + ${LEASE} ELSE now() END
    -- Of two that place the same orders, neither waits for the other while that one waits for it.
    FROM asked ORDER BY customer_id, idempotency_key
    ON CONFLICT DO NOTHING RETURNING id
  ), lines AS (
    INSERT INTO order_line (order_id, position, product_id, quantity, name, price_amount, price_currency)
    SELECT id, line.* FROM placed JOIN asked USING (id), jsonb_to_recordset(lines) AS line (
      position int, product_id uuid, quantity int, name text, price_amount bigint, price_currency text)
  ), told AS (
    INSERT INTO outbox (id, topic, type, key, data)
    SELECT event_id, topic, type, id::text, event FROM placed JOIN asked USING (id)
  )
  SELECT id FROM placed`;

export interface NewOrder {
  /** As it is placed: pending. */
  readonly order: Order;
  readonly idempotencyKey: string;
  readonly fingerprint: Buffer | null;
  readonly paymentToken: string;
  readonly state: Extract<State, 'paying' | 'releasing'>;
  readonly reason?: Reason;
  /** Whether this process carries it on at once: for a while nobody else does. @default false */
  readonly leased?: boolean;
}

/**
 * Makes orders.
 * @param orders with different ids
 * @returns false for each of which there is one with this id, or with this customer and key
 */
export async function insertOrders(pool: Pool, orders: readonly NewOrder[]): Promise<readonly boolean[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'insert-orders',
    text: INSERT_ORDERS,
    values: [JSON.stringify(orders.map(rowOf))],
  });
  const made = new Set(rows.map(({ id }) => id));
  return orders.map(({ order }) => made.has(order.id));
}

/** Orders made by one statement. */
const MAX_BATCH_SIZE = 100;

/** Makes orders, those together that are asked for while others are made. */
export function insertBatcher(pool: Pool): Batcher<NewOrder, boolean> {
  return new Batcher(
    (orders) => insertOrders(pool, orders),
    MAX_BATCH_SIZE,
    ({ order }) => order.id,
  );
}

/** An order that was made leased, as the saga works on it. */
export function toOpenOrder({ order, fingerprint, paymentToken, state, reason }: NewOrder): OpenOrder {
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
    age_ms: 0,
  };
}

/** An order as the statement takes it. */
export function rowOf({ order, idempotencyKey, fingerprint, paymentToken, state, reason, leased }: NewOrder) {
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
