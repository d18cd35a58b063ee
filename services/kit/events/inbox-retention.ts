import type { Pool, PoolClient } from 'pg';
import type { AppTopics } from '../../../mesh/policy/app-events.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { Background } from '../process/background.ts';
import { Poller } from '../process/poller.ts';
import type { Log } from '../telemetry/log.ts';
import type { Event } from './event.ts';
import { PermanentError } from './permanent-error.ts';

const DAY_MS = 86_400_000;
/** What an event may wait elsewhere than in its topic: in an outbox whose broker is away, in a queue. */
const WAITING_MS = 30 * DAY_MS;
/** By how much the clocks of two databases may differ. */
const CLOCKS_MS = DAY_MS;
const BATCH = 10_000;
const HOUR_MS = 3_600_000;

const FORGET = `
DELETE FROM inbox WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM inbox
  WHERE consumer_group = $1 AND received_at < now() - $2 * interval '1 millisecond' LIMIT ${BATCH}))`;

/** An event is older than what the inbox remembers: whether it is a repeat cannot be told any more. */
export class ExpiredError extends PermanentError {
  override readonly name = 'ExpiredError';
}

/**
 * How long an inbox remembers events, in milliseconds: 30 days longer than the topics keep them. So whatever a topic
 * delivers again is known, and what waited for its first delivery is not taken for too old.
 */
export function inboxRetentionMs(retention: AppTopics['retention']): number {
  return Math.max(0, ...Object.values(retention).map(milliseconds)) + WAITING_MS;
}

/**
 * Refuses an event that the inbox would not remember, had it come before: its row may be gone. Its age is that by the
 * clock of the store; the clock of this process only saves the question.
 * @throws ExpiredError
 */
export async function refuseExpired({ id, time }: Event, memoryMs: number, tx: PoolClient): Promise<void> {
  if (Date.now() - Date.parse(time) <= memoryMs) return;
  const { rows } = await tx.query<{ now: Date }>('SELECT now()');
  const ageMs = (rows[0]?.now.getTime() ?? 0) - Date.parse(time);
  if (ageMs <= memoryMs) return;
  const [days, most] = [ageMs, memoryMs].map((ms) => Math.floor(ms / DAY_MS));
  throw new ExpiredError(
    `event ${id} is ${days} days old, and the inbox remembers ${most}: see whether it was applied before, then replay or delete it`,
  );
}

/** Deletes from the inbox of a group what is older than it remembers. */
export function inboxCleanup(pool: Pool, group: string, memoryMs: number, log: Log): Background {
  const look = async () => {
    const { rowCount } = await pool.query(FORGET, [group, memoryMs + CLOCKS_MS]);
    if (rowCount) log.debug('old events forgotten', { group, events: rowCount });
    return rowCount === BATCH;
  };
  return new Poller({ poll: look, maxPauseMs: HOUR_MS, name: `forgetting of group ${group}`, log });
}
