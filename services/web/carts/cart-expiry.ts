import type { Pool } from 'pg';
import type { Background } from '../../kit/process/background.ts';
import { Poller } from '../../kit/process/poller.ts';
import type { Log } from '../../kit/telemetry/log.ts';

/** Time after its last change at which a cart is deleted. */
export const CART_RETENTION_DAYS = 90;
const INTERVAL_MS = 3_600_000;
const MAX_BATCH_SIZE = 1_000;

const EXPIRE = `
  DELETE FROM cart WHERE id IN (
    SELECT id FROM cart WHERE updated_at < now() - interval '${CART_RETENTION_DAYS} days'
    ORDER BY updated_at LIMIT ${MAX_BATCH_SIZE} FOR UPDATE SKIP LOCKED)`;

/** Deletes carts that visitors have abandoned. */
export function cartExpiry(pool: Pool, log: Log): Background {
  const poll = async () => (await pool.query(EXPIRE)).rowCount === MAX_BATCH_SIZE;
  return new Poller({ poll, maxPauseMs: INTERVAL_MS, name: 'deletion of abandoned carts', log });
}
