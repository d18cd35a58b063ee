import type { Pool } from 'pg';
import type { Background } from '../process/background.ts';
import { Poller } from '../process/poller.ts';
import type { Log } from '../telemetry/log.ts';

const HOUR_MS = 3_600_000;
/** SQLSTATE of a function that is not there. */
const UNDEFINED_FUNCTION = '42883';

/** Drops what lies longer in the topics of a Postgres than the graph says, consumed or not (postgres-broker.sql). */
export function postgresExpiry(broker: Pool, log: Log): Background {
  const look = async () => {
    try {
      const { rows } = await broker.query<{ events: number }>('SELECT expire_events() AS events');
      const events = rows[0]?.events ?? 0;
      if (events > 0) log.info('events dropped after the retention of their topic', { events });
      return events > 0;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === UNDEFINED_FUNCTION)) throw error;
      log.warn(
        'old events are not dropped: the database of topics is set up by an older script; run it again',
      );
      return false;
    }
  };
  return new Poller({ poll: look, maxPauseMs: HOUR_MS, name: 'expiry of topics', log });
}
