import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { isStoreAway } from '../store/is-store-away.ts';
import type { Migration } from '../store/migration.ts';
import { transaction } from '../store/transaction.ts';
import type { Log } from '../telemetry/log.ts';
import { backOffMs } from '../time/back-off.ts';
import { deadLetter, failureReason } from './dead-letter.ts';
import type { Event } from './event.ts';
import type { EventObserver } from './event-observer.ts';
import type { ConsumerOptions } from './events.ts';
import { PermanentError } from './permanent-error.ts';

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
  {
    // Rows come in the order of their times, so that little says where the old ones are.
    name: 'kit-0005-inbox-received',
    sql: 'CREATE INDEX inbox_received ON inbox USING brin (received_at)',
  },
];

const RECEIVE = 'INSERT INTO inbox (consumer_group, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING';

/** How often a failing event is tried, and how long the first pause is; each further one is twice as long. */
export interface EventRetrySettings {
  readonly maxAttempts: number;
  readonly initialPauseMs: number;
}

/** Some 12 seconds in all: longer than a restart, shorter than the others of the topic should wait. */
const DEFAULT_RETRY: EventRetrySettings = { maxAttempts: 8, initialPauseMs: 100 };

export interface ReceiverOptions {
  /** @default 8 tries, with a first pause of 100 ms */
  readonly retry?: EventRetrySettings;
  /** @default nobody is told */
  readonly observer?: EventObserver;
}

/** What came of a try. */
export interface AttemptFailure {
  readonly error: unknown;
}

/** Receives an event. With a `failure` it has been tried once already, which counts. */
export type ReceiveEvent = (event: Event, signal: AbortSignal, failure?: AttemptFailure) => Promise<void>;

/**
 * Applies events by the consumer's `handle`, each in one transaction with a row that remembers it, so that a repeat has
 * no effect. An event that fails again and again is put aside into `dead_letter`; one that fails by a
 * PermanentError, at once.
 * @returns a function that resolves when its event is applied or put aside
 * @throws from that function: Error when the store cannot be reached or has no room, which is no fault of the event
 */
export function receiver(
  pool: Pool,
  options: ConsumerOptions,
  log: Log,
  { retry: patience = DEFAULT_RETRY, observer }: ReceiverOptions = {},
): ReceiveEvent {
  const { group } = options;
  /** @throws Error when the transaction did not even begin */
  const apply = async (event: Event, attempt: number): Promise<AttemptFailure | undefined> => {
    let begun = false;
    let isNew = false;
    try {
      await transaction(pool, async (tx) => {
        const values = [group, event.id];
        const { rowCount } = await tx.query({ name: 'inbox-receive', text: RECEIVE, values });
        begun = true;
        isNew = rowCount === 1;
        if (isNew) await options.handle(event, tx);
      });
      if (isNew) reportApplied(event, { group, attempt }, log, observer);
      return undefined;
    } catch (error) {
      if (!begun) throw error;
      return { error };
    }
  };
  return async (event, signal, failure) => {
    let failed = failure;
    for (let attempt = 1; ; attempt++) {
      failed ??= await apply(event, attempt);
      if (!failed) return;
      const { error } = failed;
      failed = undefined;
      if (signal.aborted || isStoreAway(error)) throw error;
      if (attempt === patience.maxAttempts || error instanceof PermanentError) {
        await deadLetter(pool, { group, event, reason: failureReason(error), attempts: attempt });
        observer?.onReceived(event, group, 'dead-lettered');
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
      await delay(
        backOffMs({ minMs: patience.initialPauseMs, maxMs: Number.POSITIVE_INFINITY }, attempt - 1),
        undefined,
        {
          signal,
        },
      );
    }
  };
}

/** Tells that the effect of an event is committed. */
export function reportApplied(
  event: Event,
  { group, attempt }: { readonly group: string; readonly attempt: number },
  log: Log,
  observer?: EventObserver,
): void {
  const { id, topic, time } = event;
  observer?.onReceived(event, group, 'applied');
  log.debug('event received', { id, topic, group, attempt, lagMs: Date.now() - Date.parse(time) });
}
