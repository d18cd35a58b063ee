import type { Pool } from 'pg';
import { invalidField, serviceError, throwIfInvalid } from '../kit/errors/service-error.ts';
import { isUuid, uuidViolations } from '../kit/fields/uuid.ts';

const SETTLE = `UPDATE reservation SET state = 'settled' WHERE order_id = $1 AND state = 'open'`;
const SETTLE_ALL = `
  WITH settled AS (
    UPDATE reservation SET state = 'settled' WHERE order_id = ANY ($1::uuid[]) AND state = 'open' RETURNING order_id
  )
  SELECT order_id FROM settled
  UNION SELECT order_id FROM reservation WHERE order_id = ANY ($1::uuid[]) AND state = 'settled'`;
const STATE = 'SELECT state FROM reservation WHERE order_id = $1';

/**
 * Marks a reservation as sold; a repeat changes nothing.
 * @throws ServiceError `not-found` without a reservation, `invalid-state` when it was released
 */
export async function settle(pool: Pool, orderId: string): Promise<void> {
  const what = `reservation of order ${orderId.slice(0, 100)}`;
  if (!isUuid(orderId)) throw serviceError('not-found', { metadata: { what } });
  const settled = await pool.query({ name: 'settle', text: SETTLE, values: [orderId] });
  if (settled.rowCount) return;
  const { rows } = await pool.query<{ state: string }>(STATE, [orderId]);
  const state = rows[0]?.state;
  if (!state) throw serviceError('not-found', { metadata: { what } });
  if (state !== 'settled') throw serviceError('invalid-state', { metadata: { what, state } });
}

/** Maximum number of reservations in a request. */
const MAX_BATCH_SIZE = 1_000;

/**
 * Marks reservations as sold if possible.
 * @returns the orders whose reservations are settled; `settle` reports why another is not
 * @throws ServiceError `invalid-request` for more than 1,000 orders or a malformed id
 */
export async function settleAll(pool: Pool, orderIds: readonly string[]): Promise<string[]> {
  if (orderIds.length > MAX_BATCH_SIZE)
    throw invalidField('orderIds', `has ${orderIds.length} orders; use at most ${MAX_BATCH_SIZE}`);
  throwIfInvalid(orderIds.flatMap((id, index) => uuidViolations(id, `orderIds[${index}]`)));
  const { rows } = await pool.query<{ order_id: string }>({
    name: 'settle-all',
    text: SETTLE_ALL,
    values: [orderIds],
  });
  return rows.map((row) => row.order_id);
}
