import type { Pool, PoolClient } from 'pg';
import type { AppTopics } from '../../../mesh/policy/app-events.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { Background } from '../process/background.ts';
import { Poller } from '../process/poller.ts';
import type { Log } from '../telemetry/log.ts';
import type { Event } from './event.ts';
import { PermanentError } from './permanent-error.ts';

const DAY_MS = 86_400_000;
/** Time that an event may wait outside its topic: in an outbox while the broker is down, or in a queue. */
const MAX_WAIT_MS = 30 * DAY_MS;
/** Largest clock skew between two databases. */
const MAX_CLOCK_SKEW_MS = DAY_MS;
const BATCH_SIZE = 10_000;
const HOUR_MS = 3_600_000;

const DELETE_OLD = `
DELETE FROM inbox WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM inbox
  WHERE consumer_group = $1 AND received_at < now() - $2 * interval '1 millisecond' LIMIT ${BATCH_SIZE}))`;

/** Thrown for an event that is older than the inbox retention, so that a duplicate can no longer be detected. */
export class ExpiredError extends PermanentError {
  override readonly name = 'ExpiredError';
}

/**
 * Returns the inbox retention in milliseconds: the longest retention of the topics plus 30 days. Every redelivery by
 * a topic is thus recognized, and an event that waited for its first delivery is not refused as too old.
 */
export function inboxRetentionMs(retention: AppTopics['retention']): number {
  return Math.max(0, ...Object.values(retention).map(milliseconds)) + MAX_WAIT_MS;
}

/**
 * Refuses an event whose inbox row may already be deleted. The store's clock decides; the clock of this process only
 * saves a query for recent events.
 */
export async function refuseExpired({ id, time }: Event, retentionMs: number, tx: PoolClient): Promise<void> {
  if (Date.now() - Date.parse(time) <= retentionMs) return;
  const { rows } = await tx.query<{ now: Date }>('SELECT now()');
  const ageMs = (rows[0]?.now.getTime() ?? 0) - Date.parse(time);
  if (ageMs <= retentionMs) return;
  const [ageDays, maxDays] = [ageMs, retentionMs].map((ms) => Math.floor(ms / DAY_MS));
  throw new ExpiredError(
    `event ${id} is ${ageDays} days old, older than the inbox retention of ${maxDays} days; check whether it was applied, then replay or delete it`,
  );
}

/** Deletes expired rows from the inbox of a group, every hour. */
export function inboxCleanup(pool: Pool, group: string, retentionMs: number, log: Log): Background {
  const poll = async () => {
    const { rowCount } = await pool.query(DELETE_OLD, [group, retentionMs + MAX_CLOCK_SKEW_MS]);
    if (rowCount) log.debug('expired inbox rows deleted', { group, events: rowCount });
    return rowCount === BATCH_SIZE;
  };
  return new Poller({ poll, maxPauseMs: HOUR_MS, name: `inbox cleanup of group ${group}`, log });
}
