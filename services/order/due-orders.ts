import type { Pool } from 'pg';
import { uuidv7 } from '../kit/fields/uuid.ts';
import { LEASE, MIN_LEASE } from './lease.ts';
import { orderEvent } from './order-event.ts';
import { ORDER_COLUMNS, type OrderRow, toOrder } from './order-row.ts';
import { isOpen, type OpenState, type Reason, STATUS, type State } from './state-machine.ts';

export const CLAIM = `
  WITH due AS (
    SELECT id FROM orders WHERE next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE orders SET next_attempt_at = now() + ${LEASE}, attempts = orders.attempts + 1
  FROM due WHERE orders.id = due.id RETURNING ${ORDER_COLUMNS},
    extract(epoch FROM now() - orders.made_at)::float8 * 1000 AS age_ms`;

/*
 * A lease that is long enough is left as it is: what is not in an index may be changed without a new entry in each of the
 * table's indexes (HOT).
 */
export const MOVE = `
  WITH asked AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1) AS asked (
      id uuid, state text, next text, reason text, open boolean, event_id uuid, topic text, type text, event jsonb)
  ), moved AS (
    UPDATE orders SET state = asked.next, reason = asked.reason, attempts = 0,
      next_attempt_at = CASE
        WHEN asked.open AND next_attempt_at >= now() + ${MIN_LEASE} THEN next_attempt_at
        WHEN asked.open THEN now() + ${LEASE} END
    FROM asked WHERE orders.id = asked.id AND orders.state = asked.state RETURNING orders.id
  ), told AS (
    INSERT INTO outbox (id, topic, type, key, data)
    SELECT event_id, topic, type, id::text, event FROM asked JOIN moved USING (id) WHERE event_id IS NOT NULL
  )
  SELECT id FROM moved`;

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

/** An order that is to be brought from its state to the next. */
export interface Move {
  readonly order: OpenOrder;
  readonly next: State;
  readonly reason: Reason | undefined;
}

/**
 * Brings orders from their state to the next, each together with the event of a status that is new to the customer: all
 * of them in one statement, or none.
 * @param moves of different orders
 * @returns each order as it is now; undefined for one that was no longer in its state
 */
export async function moveOrders(
  pool: Pool,
  moves: readonly Move[],
): Promise<readonly (OrderRow | undefined)[]> {
  // Rows are locked in one order, whoever moves them.
  const sorted = moves.toSorted((a, b) => (a.order.id < b.order.id ? -1 : 1));
  const { rows } = await pool.query<{ id: string }>({
    name: 'move-orders',
    text: MOVE,
    values: [JSON.stringify(sorted.map(rowOf))],
  });
  const done = new Set(rows.map(({ id }) => id));
  return moves.map((move) => (done.has(move.order.id) ? moved(move) : undefined));
}

/** A move as the statement takes it. */
function rowOf(move: Move) {
  const { order, next } = move;
  const event = eventOf(move);
  return {
    id: order.id,
    state: order.state,
    next,
    reason: moved(move).reason,
    open: isOpen(next),
    ...(event && { event_id: uuidv7(), topic: event.topic, type: event.type, event: event.data }),
  };
}

function moved({ order, next, reason }: Move): OrderRow {
  return { ...order, state: next, reason: reason ?? order.reason, attempts: 0 };
}

function eventOf(move: Move) {
  const status = STATUS[move.next];
  const isNews = status !== 'pending' && status !== STATUS[move.order.state];
  return isNews ? orderEvent(status, toOrder(moved(move))) : undefined;
}

/** Leaves an order to whoever claims it after `delayMs`. */
export async function postponeOrder(pool: Pool, order: OpenOrder, delayMs: number): Promise<void> {
  await pool.query(POSTPONE, [order.id, order.state, Math.round(delayMs)]);
}
