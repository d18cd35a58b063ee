import type { Pool } from 'pg';
import { serviceError, throwIfInvalid } from '../kit/errors/service-error.ts';
import { uuidViolations } from '../kit/fields/uuid.ts';

/*
 * Products are locked before the reservation, as reserving.ts does it: a repeat of Reserve holds the products while
 * its insertion waits for whoever changes the reservation.
 */
const RELEASE = `
  WITH locked AS MATERIALIZED (
    SELECT id FROM product
    WHERE id IN (SELECT product_id FROM reservation_line WHERE order_id = $1) ORDER BY id FOR UPDATE
  ), released AS (
    UPDATE reservation SET state = 'released'
    FROM (SELECT count(*) FROM locked) AS locks
    WHERE order_id = $1 AND state = 'open' RETURNING order_id
  ), returned AS (
    UPDATE product SET stock = product.stock + line.quantity
    FROM reservation_line AS line, released
    WHERE line.order_id = released.order_id AND product.id = line.product_id
  )
  SELECT FROM released`;

const TOMBSTONE = `
  INSERT INTO reservation (order_id, state) VALUES ($1, 'released') ON CONFLICT (order_id) DO NOTHING`;

const STATE = 'SELECT state FROM reservation WHERE order_id = $1';

/**
 * Gives the stock of an order back, once. An order without a reservation gets a tombstone, so that a Reserve
 * that is still on its way cannot take stock for an order that was given up.
 * @throws ServiceError `invalid-state` when the reservation is settled
 */
export async function release(pool: Pool, orderId: string): Promise<void> {
  throwIfInvalid(uuidViolations(orderId, 'orderId'));
  for (;;) {
    const released = await pool.query({ name: 'release', text: RELEASE, values: [orderId] });
    if (released.rowCount) return;
    const buried = await pool.query(TOMBSTONE, [orderId]);
    if (buried.rowCount) return;
    const { rows } = await pool.query<{ state: string }>(STATE, [orderId]);
    const state = rows[0]?.state;
    if (state === 'released') return;
    if (state === 'settled') {
      throw serviceError('invalid-state', { metadata: { what: `reservation of order ${orderId}`, state } });
    }
    // A Reserve committed after RELEASE had taken its snapshot: the next round sees it.
  }
}
