import type { Pool } from 'pg';
import type { Background } from '../process/background.ts';
import { Poller } from '../process/poller.ts';
import { transaction } from '../store/transaction.ts';
import type { Log } from '../telemetry/log.ts';
import { failureReason } from './dead-letter.ts';
import type { Event } from './event.ts';
import type { ConsumerOptions } from './events.ts';
import { toStorableText } from './unreadable-message.ts';

const NEXT = `
SELECT event_id AS id, topic, type, key, time, data FROM dead_letter
WHERE consumer_group = $1 AND topic = $2 AND replay_at IS NOT NULL
ORDER BY replay_at, time, event_id LIMIT 1 FOR UPDATE SKIP LOCKED`;

const DELETE = 'DELETE FROM dead_letter WHERE consumer_group = $1 AND event_id = $2';

const KEEP_FAILED = `
UPDATE dead_letter SET replay_at = NULL, attempts = attempts + 1, reason = $3, dead_lettered_at = now()
WHERE consumer_group = $1 AND event_id = $2 AND replay_at IS NOT NULL`;

type Row = Omit<Event, 'time'> & { readonly time: Date };

/**
 * Replays the dead letters that an operator has marked (`replay_at`). The effect and the deletion of the dead letter
 * share a transaction, so the effect is applied exactly once. A dead letter that fails again stays with its new
 * reason until the next request. A replayed event is applied after later events of the same key.
 */
export function replayer(pool: Pool, options: ConsumerOptions, log: Log): Background {
  const name = `replay of dead letters of ${options.group}`;
  return new Poller({ poll: () => replayNext(pool, options, log), maxPauseMs: 5_000, name, log });
}

/** Replays the next dead letter. @returns whether there was one */
async function replayNext(pool: Pool, { topic, group, handle }: ConsumerOptions, log: Log): Promise<boolean> {
  let event: Event | undefined;
  try {
    await transaction(pool, async (tx) => {
      const { rows } = await tx.query<Row>(NEXT, [group, topic]);
      const [row] = rows;
      if (!row) return;
      event = { ...row, time: row.time.toISOString() };
      await handle(event, tx);
      await tx.query(DELETE, [group, event.id]);
    });
    if (event) log.info('dead letter replayed', { id: event.id, topic, group });
  } catch (error) {
    if (!event) throw error;
    await pool.query(KEEP_FAILED, [group, event.id, toStorableText(failureReason(error))]);
    log.error('replay of dead letter failed', { id: event.id, topic, group, error });
  }
  return event !== undefined;
}
