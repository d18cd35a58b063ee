import type { Pool, PoolClient } from 'pg';
import { transaction } from '../store/transaction.ts';
import type { Log } from '../telemetry/log.ts';
import type { Event } from './event.ts';
import type { EventObserver } from './event-observer.ts';
import type { ConsumerOptions } from './events.ts';
import { type AttemptFailure, type ReceiveEvent, reportApplied } from './inbox.ts';

/** Bounds the time for which a transaction holds locks, so that slow events share a transaction with few others. */
const MAX_DURATION_MS = 20;

const SELECT_RECEIVED = 'SELECT event_id FROM inbox WHERE consumer_group = $1 AND event_id = ANY($2::uuid[])';

const INSERT_RECEIVED = `
INSERT INTO inbox (consumer_group, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING`;

export interface BatchReceiverOptions {
  /** Duration after which the transaction takes no further event, in milliseconds. @default 20 */
  readonly maxDurationMs?: number;
  /** @default none */
  readonly observer?: EventObserver;
}

/** Receives a prefix of `events`; resolves with its length, at least 1. */
export type ReceiveBatch = (events: readonly Event[], signal: AbortSignal) => Promise<number>;

/**
 * Creates a receiver that applies several events in one transaction with their inbox rows: one commit for all. If the
 * transaction fails, the events before the failing one are applied again without it, and `receive` retries that one
 * individually. If the failing event is unknown, all are received individually.
 */
export function batchReceiver(
  pool: Pool,
  options: ConsumerOptions,
  receive: ReceiveEvent,
  log: Log,
  { observer, maxDurationMs = MAX_DURATION_MS }: BatchReceiverOptions = {},
): ReceiveBatch {
  const { group, handleBatch } = options;
  const apply = async (events: readonly Event[], signal: AbortSignal): Promise<BatchAttempt> => {
    const progress: Progress = { applied: [], receivedCount: 0, failingIndex: undefined };
    try {
      await transaction(pool, async (tx) => {
        const deadline = performance.now() + maxDurationMs;
        const isExpired = () => signal.aborted || performance.now() > deadline;
        const ids = events.map(({ id }) => id);
        const { rows } = await tx.query<{ event_id: string }>({
          name: 'inbox-select-received',
          text: SELECT_RECEIVED,
          values: [group, ids],
        });
        const received = new Set(rows.map(({ event_id: id }) => id));
        if (handleBatch) await applyAll(events, received, handleBatch, tx, progress);
        else await applyEach(events, received, options.handle, tx, progress, isExpired);
        const values = [group, progress.applied.map(({ id }) => id)];
        const { rowCount } = await tx.query({ name: 'inbox-insert-received', text: INSERT_RECEIVED, values });
        if (rowCount !== progress.applied.length)
          throw new Error('another consumer of the group received the same events');
      });
    } catch (error) {
      return { failure: { error }, failingIndex: progress.failingIndex };
    }
    for (const event of progress.applied) reportApplied(event, { group, attempt: 1 }, log, observer);
    return { receivedCount: progress.receivedCount };
  };

  const receiveBatch: ReceiveBatch = async (events, signal) => {
    const attempt = await apply(events, signal);
    if ('receivedCount' in attempt) return attempt.receivedCount;
    const { failure, failingIndex } = attempt;
    if (signal.aborted) throw failure.error;
    if (failingIndex === undefined) {
      for (const event of events) await receive(event, signal);
      return events.length;
    }
    for (let count = 0; count < failingIndex; )
      count += await receiveBatch(events.slice(count, failingIndex), signal);
    const event = events[failingIndex];
    if (event) await receive(event, signal, failure);
    return failingIndex + 1;
  };
  return receiveBatch;
}

/** Number of events received, or the failure and the index of the failing event if known. */
type BatchAttempt =
  | { readonly receivedCount: number }
  | { readonly failure: AttemptFailure; readonly failingIndex: number | undefined };

interface Progress {
  /** Events that were applied and were new to the group. */
  readonly applied: Event[];
  receivedCount: number;
  failingIndex: number | undefined;
}

async function applyEach(
  events: readonly Event[],
  received: Set<string>,
  handle: ConsumerOptions['handle'],
  tx: PoolClient,
  progress: Progress,
  isExpired: () => boolean,
): Promise<void> {
  for (const event of events) {
    const id = event.id.toLowerCase();
    if (!received.has(id)) {
      progress.failingIndex = progress.receivedCount;
      await handle(event, tx);
      progress.failingIndex = undefined;
      received.add(id);
      progress.applied.push(event);
    }
    progress.receivedCount += 1;
    if (isExpired()) return;
  }
}

async function applyAll(
  events: readonly Event[],
  received: Set<string>,
  handleBatch: NonNullable<ConsumerOptions['handleBatch']>,
  tx: PoolClient,
  progress: Progress,
): Promise<void> {
  for (const event of events) {
    const id = event.id.toLowerCase();
    // An event that occurs twice in the batch is applied once.
    if (!received.has(id)) progress.applied.push(event);
    received.add(id);
  }
  if (progress.applied.length > 0) await handleBatch(progress.applied, tx);
  progress.receivedCount = events.length;
}
