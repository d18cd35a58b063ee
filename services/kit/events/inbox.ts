import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { Migration } from '../store/migration.ts';
import { transaction } from '../store/transaction.ts';
import type { Log } from '../telemetry/log.ts';
import { bury, reasonOf } from './dead-letter.ts';
import type { Event } from './event.ts';
import type { ConsumerOptions } from './events.ts';

export const inboxMigrations: readonly Migration[] = [
  {
    name: 'kit-0002-inbox',
    sql: `CREATE TABLE inbox (
  consumer_group text        NOT NULL,
  event_id       uuid        NOT NULL,
  received_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer_group, event_id)
);
CREATE TABLE consumer_position (
  consumer_group text   NOT NULL,
  topic          text   NOT NULL,
  xid            xid8   NOT NULL,
  seq            bigint NOT NULL,
  PRIMARY KEY (consumer_group, topic)
);
CREATE TABLE dead_letter (
  consumer_group text        NOT NULL,
  event_id       uuid        NOT NULL,
  topic          text        NOT NULL,
  type           text        NOT NULL,
  key            text        NOT NULL,
  time           timestamptz NOT NULL,
  data           jsonb       NOT NULL,
  reason         text        NOT NULL,
  attempts       int         NOT NULL,
  buried_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer_group, event_id)
)`,
  },
  {
    name: 'kit-0003-dead-letter-origin',
    sql: 'ALTER TABLE dead_letter ADD COLUMN origin text',
  },
  {
    name: 'kit-0004-dead-letter-replay',
    sql: `-- When somebody asked for it to be tried again.
ALTER TABLE dead_letter ADD COLUMN replay_at timestamptz;
CREATE INDEX dead_letter_replay ON dead_letter (consumer_group, topic, replay_at) WHERE replay_at IS NOT NULL`,
  },
];

const RECEIVE = 'INSERT INTO inbox (consumer_group, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING';

const RECEIVE_ALL = `
INSERT INTO inbox (consumer_group, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id`;

/** How often a failing event is tried, and how long the first pause is; each further one is twice as long. */
export interface Patience {
  readonly attempts: number;
  readonly firstPauseMs: number;
}

/** Some 12 seconds in all: longer than a restart, shorter than the others of the topic should wait. */
const PATIENCE: Patience = { attempts: 8, firstPauseMs: 100 };

/**
 * Applies events by the consumer's `handle`, each in one transaction with a row that remembers it, so that a repeat has
 * no effect. An event that fails again and again is put aside into `dead_letter`.
 * @returns a function that resolves when its event is applied or put aside
 * @throws from that function: Error when the store cannot be reached, which is no fault of the event
 */
export function receiver(pool: Pool, options: ConsumerOptions, log: Log, patience: Patience = PATIENCE) {
  const { group } = options;
  return async (event: Event, signal: AbortSignal): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      let begun = false;
      try {
        await transaction(pool, async (tx) => {
          const { rowCount } = await tx.query(RECEIVE, [group, event.id]);
          begun = true;
          if (rowCount === 1) await options.handle(event, tx);
        });
        log.debug('event received', { id: event.id, topic: event.topic, group, attempt, lagMs: lag(event) });
        return;
      } catch (error) {
        if (!begun || signal.aborted) throw error;
        if (attempt === patience.attempts) {
          await bury(pool, { group, event, reason: reasonOf(error), attempts: attempt });
          log.error('event put aside', { id: event.id, topic: event.topic, group, attempts: attempt, error });
          return;
        }
        log.warn('event not handled; trying again', {
          id: event.id,
          topic: event.topic,
          group,
          attempt,
          error,
        });
        await delay(patience.firstPauseMs * 2 ** (attempt - 1), undefined, { signal });
      }
    }
  };
}

/**
 * Applies many events in one transaction with the rows that remember them: a transaction for each costs more than its
 * effect. Those that were received before have no effect.
 * @returns a function that resolves when all are applied, and throws when none is
 */
export function batchReceiver(
  pool: Pool,
  group: string,
  handleAll: NonNullable<ConsumerOptions['handleAll']>,
  log: Log,
) {
  return async (events: readonly Event[], signal: AbortSignal): Promise<void> => {
    const work = async (tx: PoolClient) => {
      const { rows } = await tx.query<{ event_id: string }>({
        name: 'receive-all',
        text: RECEIVE_ALL,
        values: [group, events.map(({ id }) => id)],
      });
      const fresh = new Set(rows.map((row) => row.event_id));
      // One that is twice among them is new once.
      const news = events.filter(({ id }) => fresh.delete(id.toLowerCase()));
      if (news.length > 0) await handleAll(news, tx);
    };
    await transaction(pool, work, signal);
    log.debug('events received', { group, events: events.length });
  };
}

function lag(event: Event): number {
  return Date.now() - Date.parse(event.time);
}
