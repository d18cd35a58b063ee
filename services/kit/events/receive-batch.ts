import type { Pool, PoolClient } from 'pg';
import { transaction } from '../store/transaction.ts';
import type { Log } from '../telemetry/log.ts';
import type { Event } from './event.ts';
import type { EventObserver } from './event-observer.ts';
import type { ConsumerOptions } from './events.ts';
import { type AttemptFailure, type ReceiveEvent, reportApplied } from './inbox.ts';

/** What a transaction holds locked, and effects that nobody sees yet, wait no longer than for a few slow events. */
const MAX_DURATION_MS = 20;

const KNOWN = 'SELECT event_id FROM inbox WHERE consumer_group = $1 AND event_id = ANY($2::uuid[])';

const REMEMBER = `
INSERT INTO inbox (consumer_group, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING`;

export interface BatchReceiverOptions {
  /** After this a transaction takes no further event, in milliseconds. @default 20 */
  readonly maxDurationMs?: number;
  /** @default nobody is told */
  readonly observer?: EventObserver;
}

/** Receives the first of `events`; resolves with how many, one at least. */
export type ReceiveBatch = (events: readonly Event[], signal: AbortSignal) => Promise<number>;

/**
 * Applies several events in one transaction with the rows that remember them: one commit for all. When it fails, those
 * before the event that failed are applied without it, and `receive` goes on with that one by itself; when nobody knows
 * which it was, all go one by one.
 */
export function batchReceiver(
  pool: Pool,
  options: ConsumerOptions,
  receive: ReceiveEvent,
  log: Log,
  { observer, maxDurationMs: longestMs = MAX_DURATION_MS }: BatchReceiverOptions = {},
): ReceiveBatch {
  const { group, handleBatch } = options;
  const apply = async (events: readonly Event[], signal: AbortSignal): Promise<BatchAttempt> => {
    const progress: Progress = { fresh: [], done: 0, failing: undefined };
    try {
      await transaction(pool, async (tx) => {
        const until = performance.now() + longestMs;
        const isOver = () => signal.aborted || performance.now() > until;
        const ids = events.map(({ id }) => id);
        const { rows } = await tx.query<{ event_id: string }>({
          name: 'inbox-known',
          text: KNOWN,
          values: [group, ids],
        });
        const known = new Set(rows.map(({ event_id: id }) => id));
        if (handleBatch) await applyAll(events, known, handleBatch, tx, progress);
        else await applyEach(events, known, options.handle, tx, progress, isOver);
        const values = [group, progress.fresh.map(({ id }) => id)];
        const { rowCount } = await tx.query({ name: 'inbox-remember', text: REMEMBER, values });
        if (rowCount !== progress.fresh.length)
          throw new Error('another member of the group was at the same events');
      });
    } catch (error) {
      return { failure: { error }, failing: progress.failing };
    }
    for (const event of progress.fresh) reportApplied(event, { group, attempt: 1 }, log, observer);
    return { done: progress.done };
  };

  const receiveSeveral: ReceiveBatch = async (events, signal) => {
    const attempt = await apply(events, signal);
    if ('done' in attempt) return attempt.done;
    const { failure, failing } = attempt;
    if (signal.aborted) throw failure.error;
    if (failing === undefined) {
      for (const event of events) await receive(event, signal);
      return events.length;
    }
    for (let at = 0; at < failing; ) at += await receiveSeveral(events.slice(at, failing), signal);
    const event = events[failing];
    if (event) await receive(event, signal, failure);
    return failing + 1;
  };
  return receiveSeveral;
}

/** How many were applied; or what went wrong, and at which of them, if that is known. */
type BatchAttempt =
  | { readonly done: number }
  | { readonly failure: AttemptFailure; readonly failing: number | undefined };

interface Progress {
  /** Applied, and new to the group. */
  readonly fresh: Event[];
  done: number;
  failing: number | undefined;
}

async function applyEach(
  events: readonly Event[],
  known: Set<string>,
  handle: ConsumerOptions['handle'],
  tx: PoolClient,
  progress: Progress,
  isOver: () => boolean,
): Promise<void> {
  for (const event of events) {
    const id = event.id.toLowerCase();
    if (!known.has(id)) {
      progress.failing = progress.done;
      await handle(event, tx);
      progress.failing = undefined;
      known.add(id);
      progress.fresh.push(event);
    }
    progress.done += 1;
    if (isOver()) return;
  }
}

async function applyAll(
  events: readonly Event[],
  known: Set<string>,
  handleBatch: NonNullable<ConsumerOptions['handleBatch']>,
  tx: PoolClient,
  progress: Progress,
): Promise<void> {
  for (const event of events) {
    const id = event.id.toLowerCase();
    // One that is twice among them is new once.
    if (!known.has(id)) progress.fresh.push(event);
    known.add(id);
  }
  if (progress.fresh.length > 0) await handleBatch(progress.fresh, tx);
  progress.done = events.length;
}
