import type { Pool } from 'pg';
import type { Background } from '../kit/process/background.ts';
import { listen } from '../kit/store/listen.ts';
import type { Watchers } from '../kit/store/watchers.ts';
import type { Log } from '../kit/telemetry/log.ts';

/** Wakes the watchers of each order whose status changed, in whichever process; one connection serves them all. */
export function orderChanges(pool: Pool, watchers: Watchers<true>, log: Log): Background {
  return listen(
    pool,
    'order_status',
    (orderId) => {
      for (const key of orderId === undefined ? watchers.keys() : [orderId]) watchers.publish(key, true);
    },
    log,
  );
}
