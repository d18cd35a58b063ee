import type { Pool } from 'pg';
import { serviceError } from '../kit/service-error.ts';
import { isUuid } from '../kit/uuidv7.ts';

const SETTLE = `UPDATE reservation SET state = 'settled' WHERE order_id = $1 AND state = 'open'`;
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
