import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { isStoreUnavailable } from '../store/is-store-unavailable.ts';
import type { Migration } from '../store/migrate.ts';
import { transaction } from '../store/transaction.ts';
import type { Log } from '../telemetry/log.ts';
import { backOffMs } from '../time/back-off.ts';
import { deadLetter, failureReason } from './dead-letter.ts';
import type { Event } from './event.ts';
import type { EventObserver } from './event-observer.ts';
import { addDeadLetter } from './event-spans.ts';
import type { ConsumerOptions } from './events.ts';
import { PermanentError } from './permanent-error.ts';

export const inboxMigrations: readonly Migration[] = [
  {
    name: 'kit-0002-inbox',
    sql: `
      CREATE TABLE inbox (
        consumer_group text        NOT NULL,
        event_id       uuid        NOT NULL,
        received_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer_group, event_id)
      );
      -- Rows are inserted in time order, so a BRIN index of block ranges is enough to find old ones.
      CREATE INDEX inbox_received ON inbox USING brin (received_at);

      CREATE TABLE consumer_position (
        consumer_group text   NOT NULL,
        topic          text   NOT NULL,
        xid            xid8   NOT NULL,
        seq            bigint NOT NULL,
        PRIMARY KEY (consumer_group, topic)
      );

      CREATE TABLE dead_letter (
        consumer_group   text        NOT NULL,
        event_id         uuid        NOT NULL,
        topic            text        NOT NULL,
        type             text        NOT NULL,
        key              text        NOT NULL,
        time             timestamptz NOT NULL,
        data             jsonb       NOT NULL,
        reason           text        NOT NULL,
        attempts         int         NOT NULL,
        dead_lettered_at timestamptz NOT NULL DEFAULT now(),
        -- Position in the broker of a message that is not an event.
        origin           text,
        -- Set when a replay is requested, cleared when it fails.
        replay_at        timestamptz,
        PRIMARY KEY (consumer_group, event_id)
      );
      CREATE INDEX dead_letter_replay ON dead_letter (consumer_group, topic, replay_at) WHERE replay_at IS NOT NULL;`,
  },
];

const RECEIVE = 'INSERT INTO inbox (consumer_group, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING';

/** Retries of a failing event. The pause doubles after each attempt. */
export interface EventRetrySettings {
  readonly maxAttempts: number;
  readonly initialPauseMs: number;
}

/**
 * About 12 seconds in total: longer than a restart, but short enough to limit head-of-line blocking of later events.
 */
const DEFAULT_RETRY: EventRetrySettings = { maxAttempts: 8, initialPauseMs: 100 };

export interface ReceiverOptions {
  /** @default 8 attempts, with an initial pause of 100 ms */
  readonly retry?: EventRetrySettings;
  /** @default none */
  readonly observer?: EventObserver;
}

/** A failed attempt. */
export interface AttemptFailure {
  readonly error: unknown;
}

/** Receives an event. `failure` is an attempt that already failed; it counts as the first. */
export type ReceiveEvent = (event: Event, signal: AbortSignal, failure?: AttemptFailure) => Promise<void>;

/**
 * Creates a receiver that applies events with the consumer's `handle`. The event's id is inserted into the inbox in
 * the same transaction, so a duplicate has no effect. An event that keeps failing is dead-lettered; after a
 * PermanentError, at once.
 * @returns a function that resolves when its event is applied or dead-lettered
 * @throws Error (from the returned function) when the store is unreachable or full, which is not the event's fault
 */
export function receiver(
  pool: Pool,
  options: ConsumerOptions,
  log: Log,
  { retry = DEFAULT_RETRY, observer }: ReceiverOptions = {},
): ReceiveEvent {
  const { group } = options;
  /** @throws Error when the transaction could not begin */
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
    let current = failure;
    for (let attempt = 1; ; attempt++) {
      current ??= await apply(event, attempt);
      if (!current) return;
      const { error } = current;
      current = undefined;
      if (signal.aborted || isStoreUnavailable(error)) throw error;
      if (attempt === retry.maxAttempts || error instanceof PermanentError) {
        await deadLetter(pool, { group, event, reason: failureReason(error), attempts: attempt });
        observer?.onReceived(event, group, 'dead-lettered');
        addDeadLetter(event, attempt);
        log.error('event dead-lettered', {
          id: event.id,
          topic: event.topic,
          group,
          attempts: attempt,
          error,
        });
        return;
      }
      log.warn('event handler failed; retrying', {
        id: event.id,
        topic: event.topic,
        group,
        attempt,
        error,
      });
      await delay(
        backOffMs({ minMs: retry.initialPauseMs, maxMs: Number.POSITIVE_INFINITY }, attempt - 1),
        undefined,
        {
          signal,
        },
      );
    }
  };
}

/** Reports that the effect of an event is committed. */
export function reportApplied(
  event: Event,
  { group, attempt }: { readonly group: string; readonly attempt: number },
  log: Log,
  observer?: EventObserver,
): void {
  const { id, topic, time } = event;
  observer?.onReceived(event, group, 'applied');
  log.debug('event applied', { id, topic, group, attempt, lagMs: Date.now() - Date.parse(time) });
}
