import type { Pool } from 'pg';
import { uuidv7 } from '../kit/uuidv7.ts';
import type { Order } from '../proto/gen/weft/order/v1/order.ts';
import { orderEvent } from './order-event.ts';
import type { Reason, State } from './state-machine.ts';

/** An order, its lines and the event that says so: all of them, or nothing when the order is there already. */
export const INSERT_ORDER = `
  WITH placed AS (
    INSERT INTO orders (id, customer_id, idempotency_key, fingerprint, payment_token, total_amount,
      total_currency, state, reason, placed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT DO NOTHING RETURNING id
  ), lines AS (
    INSERT INTO order_line (order_id, position, product_id, quantity, name, price_amount, price_currency)
    SELECT placed.id, line.* FROM placed, jsonb_to_recordset($11) AS line (
      position int, product_id uuid, quantity int, name text, price_amount bigint, price_currency text)
  ), told AS (
    INSERT INTO outbox (id, topic, type, key, data)
    SELECT $12, $13, $14, $15, $16 FROM placed
  )
  SELECT FROM placed`;

export interface NewOrder {
  /** As it is placed: pending. */
  readonly order: Order;
  readonly idempotencyKey: string;
  readonly fingerprint: Buffer | null;
  readonly paymentToken: string;
  readonly state: Extract<State, 'paying' | 'releasing'>;
  readonly reason?: Reason;
}

/** Makes an order; false when there is one with this id, or with this customer and key. */
export async function insertOrder(pool: Pool, placing: NewOrder): Promise<boolean> {
  const { order, idempotencyKey, fingerprint, paymentToken, state, reason = '' } = placing;
  const event = orderEvent('placed', order);
  const { rowCount } = await pool.query({
    name: 'insert-order',
    text: INSERT_ORDER,
    values: [
      order.id,
      order.customerId,
      idempotencyKey,
      fingerprint,
      paymentToken,
      order.total?.amount,
      order.total?.currency,
      state,
      reason,
      order.placedAt,
      lineRows(order),
      uuidv7(),
      event.topic,
      event.type,
      event.key,
      JSON.stringify(event.data),
    ],
  });
  return rowCount === 1;
}

/** The lines of an order as JSON, as the statement takes them. */
export function lineRows({ items }: Order): string {
  return JSON.stringify(
    items.map((item, position) => ({
      position,
      product_id: item.productId,
      quantity: item.quantity,
      name: item.name,
      price_amount: item.unitPrice?.amount,
      price_currency: item.unitPrice?.currency,
    })),
  );
}
