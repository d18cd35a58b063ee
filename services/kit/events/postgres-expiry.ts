import type { Pool } from 'pg';
import type { Background } from '../process/background.ts';
import { Poller } from '../process/poller.ts';
import type { Log } from '../telemetry/log.ts';

const HOUR_MS = 3_600_000;
/** SQLSTATE of an undefined function. */
const UNDEFINED_FUNCTION = '42883';

/**
 * Deletes events that are older than the retention of their topic, consumed or not (postgres-broker.sql), every hour.
 */
export function postgresExpiry(broker: Pool, log: Log): Background {
  const poll = async () => {
    try {
      const { rows } = await broker.query<{ events: number }>('SELECT expire_events() AS events');
      const events = rows[0]?.events ?? 0;
      if (events > 0) log.info('expired events deleted', { events });
      return events > 0;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === UNDEFINED_FUNCTION)) throw error;
      log.warn(
        'expired events are not deleted because the broker database has no function expire_events; run its setup script again',
      );
      return false;
    }
  };
  return new Poller({ poll, maxPauseMs: HOUR_MS, name: 'expiry of topics', log });
}
