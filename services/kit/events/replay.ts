import type { Pool } from 'pg';
import type { Background } from '../process/background.ts';
import { Poller } from '../process/poller.ts';
import { transaction } from '../store/transaction.ts';
import type { Log } from '../telemetry/log.ts';
import { failureReason } from './dead-letter.ts';
import type { Event } from './event.ts';
import type { ConsumerOptions } from './events.ts';
import { toStorableText } from './unreadable.ts';

const NEXT = `
SELECT event_id AS id, topic, type, key, time, data FROM dead_letter
WHERE consumer_group = $1 AND topic = $2 AND replay_at IS NOT NULL
ORDER BY replay_at, time, event_id LIMIT 1 FOR UPDATE SKIP LOCKED`;

const FORGET = 'DELETE FROM dead_letter WHERE consumer_group = $1 AND event_id = $2';

const KEEP = `
UPDATE dead_letter SET replay_at = NULL, attempts = attempts + 1, reason = $3, buried_at = now()
WHERE consumer_group = $1 AND event_id = $2 AND replay_at IS NOT NULL`;

type Row = Omit<Event, 'time'> & { readonly time: Date };

/**
 * Tries dead letters again for which somebody asked (`replay_at`), each in one transaction with its end as a dead
 * letter: its effect is there once. One that fails again stays, with its new reason, and waits for the next to ask.
 * It comes behind events of its key that were published after it.
 */
export function replayer(pool: Pool, options: ConsumerOptions, log: Log): Background {
  const name = `replay of dead letters of ${options.group}`;
  return new Poller({ poll: () => replayNext(pool, options, log), maxPauseMs: 5_000, name, log });
}

/** Whether there was one. */
async function replayNext(pool: Pool, { topic, group, handle }: ConsumerOptions, log: Log): Promise<boolean> {
  let event: Event | undefined;
  try {
    await transaction(pool, async (tx) => {
      const { rows } = await tx.query<Row>(NEXT, [group, topic]);
      const [row] = rows;
      if (!row) return;
      event = { ...row, time: row.time.toISOString() };
      await handle(event, tx);
      await tx.query(FORGET, [group, event.id]);
    });
    if (event) log.info('dead letter applied', { id: event.id, topic, group });
  } catch (error) {
    if (!event) throw error;
    await pool.query(KEEP, [group, event.id, toStorableText(failureReason(error))]);
    log.error('dead letter failed again', { id: event.id, topic, group, error });
  }
  return event !== undefined;
}
