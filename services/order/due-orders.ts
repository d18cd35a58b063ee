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
    extract(epoch FROM now() - orders.created_at)::float8 * 1000 AS age_ms`;

/* A sufficient lease is left unchanged. An update that touches no indexed column needs no new index entries (HOT). */
export const MOVE = `
  WITH requested AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1) AS requested (
      id uuid, state text, next text, reason text, is_open boolean, event_id uuid, topic text, type text, event jsonb,
      traceparent text)
  ), moved AS (
    UPDATE orders SET state = requested.next, reason = requested.reason, attempts = 0,
      next_attempt_at = CASE
        WHEN requested.is_open AND next_attempt_at >= now() + ${MIN_LEASE} THEN next_attempt_at
        WHEN requested.is_open THEN now() + ${LEASE} END
    FROM requested WHERE orders.id = requested.id AND orders.state = requested.state RETURNING orders.id
  ), events AS (
    INSERT INTO outbox (id, topic, type, key, data, traceparent)
    SELECT event_id, topic, type, id::text, event, traceparent FROM requested JOIN moved USING (id) WHERE event_id IS NOT NULL
  )
  SELECT id FROM moved`;

const POSTPONE = `
  UPDATE orders SET next_attempt_at = now() + $3 * interval '1 millisecond' WHERE id = $1 AND state = $2`;

/** An order that needs further steps. */
export type OpenOrder = OrderRow & {
  readonly state: OpenState;
  /** Age of the order when it was claimed, in milliseconds, by the clock of the database. */
  readonly age_ms: number;
};

/** Claims up to `limit` due orders, longest overdue first. Their lease keeps other processes from claiming them. */
export async function claimDueOrders(pool: Pool, limit: number): Promise<readonly OpenOrder[]> {
  const { rows } = await pool.query<OpenOrder>({ name: 'claim-orders', text: CLAIM, values: [limit] });
  return rows;
}

/** A transition of an order to its next state. */
export interface Move {
  readonly order: OpenOrder;
  readonly next: State;
  readonly reason: Reason | undefined;
}

/**
 * Moves orders to their next state, each with the event of a changed customer-visible status. All moves succeed or
 * none does.
 * @param moves moves of different orders
 * @returns each order after its move; undefined for one that was no longer in its state
 */
export async function moveOrders(
  pool: Pool,
  moves: readonly Move[],
): Promise<readonly (OrderRow | undefined)[]> {
  // Rows are locked in id order so that concurrent moves cannot deadlock.
  const sorted = moves.toSorted((a, b) => (a.order.id < b.order.id ? -1 : 1));
  const { rows } = await pool.query<{ id: string }>({
    name: 'move-orders',
    text: MOVE,
    values: [JSON.stringify(sorted.map(rowOf))],
  });
  const movedIds = new Set(rows.map(({ id }) => id));
  return moves.map((move) => (movedIds.has(move.order.id) ? afterMove(move) : undefined));
}

/** Returns a move as a row of the statement. */
function rowOf(move: Move) {
  const { order, next } = move;
  const event = eventOf(move);
  return {
    id: order.id,
    state: order.state,
    next,
    reason: afterMove(move).reason,
    is_open: isOpen(next),
    ...(event && {
      event_id: uuidv7(),
      topic: event.topic,
      type: event.type,
      event: event.data,
      traceparent: order.traceparent,
    }),
  };
}

function afterMove({ order, next, reason }: Move): OrderRow {
  return { ...order, state: next, reason: reason ?? order.reason, attempts: 0 };
}

function eventOf(move: Move) {
  const status = STATUS[move.next];
  const isStatusChange = status !== 'pending' && status !== STATUS[move.order.state];
  return isStatusChange ? orderEvent(status, toOrder(afterMove(move))) : undefined;
}

/** Ends the lease of an order: any process may claim it after `delayMs`. */
export async function postponeOrder(pool: Pool, order: OpenOrder, delayMs: number): Promise<void> {
  await pool.query(POSTPONE, [order.id, order.state, Math.round(delayMs)]);
}
