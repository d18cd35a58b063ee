import type { Pool } from 'pg';
import { uuidv7 } from '../kit/uuidv7.ts';
import type { Order } from '../proto/gen/weft/order/v1/order.ts';
import type { OpenOrder } from './due-orders.ts';
import { LEASE } from './lease.ts';
import { orderEvent } from './order-event.ts';
import type { Reason, State } from './state-machine.ts';

/** Orders, their lines and the events that say so: all of them, without those that are there already. */
export const INSERT_ORDERS = `
  WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::text[], $6::bigint[], $7::text[],
      $8::text[], $9::text[], $10::timestamptz[], $11::boolean[], $12::jsonb[], $13::uuid[], $14::text[], $15::text[],
      $16::jsonb[])
    AS asked (id, customer_id, idempotency_key, fingerprint, payment_token, total_amount, total_currency,
      state, reason, placed_at, leased, lines, event_id, topic, type, event)
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
  const events = orders.map(({ order }) => orderEvent('placed', order));
  const { rows } = await pool.query<{ id: string }>({
    name: 'insert-orders',
    text: INSERT_ORDERS,
    values: [
      orders.map(({ order }) => order.id),
      orders.map(({ order }) => order.customerId),
      orders.map(({ idempotencyKey }) => idempotencyKey),
      orders.map(({ fingerprint }) => fingerprint),
      orders.map(({ paymentToken }) => paymentToken),
      orders.map(({ order }) => order.total?.amount),
      orders.map(({ order }) => order.total?.currency),
      orders.map(({ state }) => state),
      orders.map(({ reason = '' }) => reason),
      orders.map(({ order }) => order.placedAt),
      orders.map(({ leased = false }) => leased),
      orders.map(({ order }) => lineRows(order)),
      orders.map(() => uuidv7()),
      events.map(({ topic }) => topic),
      events.map(({ type }) => type),
      events.map(({ data }) => JSON.stringify(data)),
    ],
  });
  const made = new Set(rows.map(({ id }) => id));
  return orders.map(({ order }) => made.has(order.id));
}

/** An order that was made leased, as the saga works on it. */
export function inserted({ order, fingerprint, paymentToken, state, reason }: NewOrder): OpenOrder {
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

/** The lines of an order as JSON, as the statement takes them. */
export function lineRows(order: Order): string {
  return JSON.stringify(linesOf(order));
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
