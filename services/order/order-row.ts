import type { Line, Order } from '../proto/gen/weft/order/v1/order.ts';
import { STATUS, type State, type Status } from './state-machine.ts';

/** Columns of an order and its lines, for statements that select from `orders`. */
export const ORDER_COLUMNS = `
  orders.id, orders.customer_id, orders.total_amount, orders.total_currency, orders.state, orders.reason,
  orders.placed_at, orders.attempts, orders.fingerprint, orders.payment_token, orders.traceparent, (
    SELECT coalesce(jsonb_agg(to_jsonb(line) ORDER BY line.position), '[]') FROM order_line AS line
    WHERE line.order_id = orders.id
  ) AS lines`;

export interface OrderRow {
  readonly id: string;
  readonly customer_id: string;
  /** A bigint, which pg returns as text. */
  readonly total_amount: string;
  readonly total_currency: string;
  readonly state: State;
  readonly reason: string;
  readonly placed_at: Date;
  readonly attempts: number;
  readonly fingerprint: Buffer | null;
  readonly payment_token: string;
  readonly traceparent: string | null;
  readonly lines: readonly LineRow[];
}

interface LineRow {
  readonly product_id: string;
  readonly quantity: number;
  readonly name: string;
  readonly price_amount: number;
  readonly price_currency: string;
}

/** Converts a row to an order with its current status. */
export function toOrder(row: OrderRow): Order {
  return orderWith(row, STATUS[row.state], row.reason);
}

/** Returns the order as first shown to the customer, with status `pending`. */
export function toPlacedOrder(row: OrderRow): Order {
  return orderWith(row, 'pending', '');
}

function orderWith(row: OrderRow, status: Status, reason: string): Order {
  return {
    id: row.id,
    customerId: row.customer_id,
    status,
    reason,
    total: { amount: Number(row.total_amount), currency: row.total_currency },
    items: row.lines.map(toLine),
    placedAt: row.placed_at,
  };
}

function toLine(row: LineRow): Line {
  return {
    productId: row.product_id,
    quantity: row.quantity,
    name: row.name,
    unitPrice: { amount: row.price_amount, currency: row.price_currency },
  };
}
