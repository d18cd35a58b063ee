import type { Pool } from 'pg';
import { serviceError, throwIfInvalid } from '../kit/errors/service-error.ts';
import { uuidViolations } from '../kit/fields/uuid.ts';

/*
 * Products are locked before the reservation, as in reserve.ts. Otherwise this statement could deadlock with a repeated Reserve,
 * which holds the products while its insertion waits for the reservation.
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
 * Returns the stock of an order, once. An order without a reservation gets a tombstone, so that a late Reserve cannot
 * take stock for a cancelled order.
 * @throws ServiceError `invalid-state` when the reservation is settled
 */
export async function release(pool: Pool, orderId: string): Promise<void> {
  throwIfInvalid(uuidViolations(orderId, 'orderId'));
  for (;;) {
    const result = await pool.query({ name: 'release', text: RELEASE, values: [orderId] });
    if (result.rowCount) return;
    const tombstone = await pool.query(TOMBSTONE, [orderId]);
    if (tombstone.rowCount) return;
    const { rows } = await pool.query<{ state: string }>(STATE, [orderId]);
    const state = rows[0]?.state;
    if (state === 'released') return;
    if (state === 'settled') {
      throw serviceError('invalid-state', { metadata: { what: `reservation of order ${orderId}`, state } });
    }
    // A concurrent Reserve committed after the snapshot of RELEASE. The next iteration sees its reservation.
  }
}
