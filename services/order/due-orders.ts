import type { Pool } from 'pg';
import { uuidv7 } from '../kit/uuidv7.ts';
import { orderEvent } from './order-event.ts';
import { ORDER_COLUMNS, type OrderRow, toOrder } from './order-row.ts';
import { isOpen, type OpenState, type Reason, STATUS, type State } from './state-machine.ts';

/** How long a claimed order is nobody else's: longer than a step with its deadline. */
const LEASE = `interval '15 seconds'`;

const CLAIM = `
  WITH due AS (
    SELECT id FROM orders WHERE next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE orders SET next_attempt_at = now() + ${LEASE}, attempts = orders.attempts + 1
  FROM due WHERE orders.id = due.id RETURNING ${ORDER_COLUMNS},
    extract(epoch FROM now() - orders.made_at)::float8 * 1000 AS age_ms`;

const MOVE = `
  WITH moved AS (
    UPDATE orders SET state = $3, reason = $4, attempts = 0,
      next_attempt_at = CASE WHEN $5 THEN now() + ${LEASE} END
    WHERE id = $1 AND state = $2 RETURNING id
  ), told AS (
    INSERT INTO outbox (id, topic, type, key, data)
    SELECT $6, $7, $8, $9, $10 FROM moved WHERE $6::uuid IS NOT NULL
  )
  SELECT FROM moved`;

const POSTPONE = `
  UPDATE orders SET next_attempt_at = now() + $3 * interval '1 millisecond' WHERE id = $1 AND state = $2`;

/** An order with something left to do. */
export type OpenOrder = OrderRow & {
  readonly state: OpenState;
  /** Milliseconds from when it was made until it was claimed, by the clock of the database. */
  readonly age_ms: number;
};

/** Takes up to `limit` orders that are due, longest overdue first; for a while nobody else takes them. */
export async function claimDueOrders(pool: Pool, limit: number): Promise<readonly OpenOrder[]> {
  const { rows } = await pool.query<OpenOrder>({ name: 'claim-orders', text: CLAIM, values: [limit] });
  return rows;
}

/**
 * Brings an order from its state to `next`, together with the event of a status that is new to the customer.
 * @returns the order as it is now; undefined when it was no longer in its state
 */
export async function moveOrder(
  pool: Pool,
  order: OpenOrder,
  next: State,
  reason: Reason | undefined,
): Promise<OrderRow | undefined> {
  const moved: OrderRow = { ...order, state: next, reason: reason ?? order.reason, attempts: 0 };
  const status = STATUS[next];
  const isNews = status !== 'pending' && status !== STATUS[order.state];
  const event = isNews ? orderEvent(status, toOrder(moved)) : undefined;
  const { rowCount } = await pool.query({
    name: 'move-order',
    text: MOVE,
    values: [
      order.id,
      order.state,
      next,
      moved.reason,
      isOpen(next),
      event && uuidv7(),
      event?.topic,
      event?.type,
      event?.key,
      event && JSON.stringify(event.data),
    ],
  });
  return rowCount === 1 ? moved : undefined;
}

/** Leaves an order to whoever claims it after `delayMs`. */
export async function postponeOrder(pool: Pool, order: OpenOrder, delayMs: number): Promise<void> {
  await pool.query(POSTPONE, [order.id, order.state, Math.round(delayMs)]);
}
