import type { Pool } from 'pg';
import { transaction } from '../store/transaction.ts';
import type { Log } from '../telemetry/log.ts';
import type { Event } from './event.ts';
import type { EventObserver } from './event-observer.ts';
import type { ConsumerOptions } from './events.ts';
import { type Failure, type Receive, tellApplied } from './inbox.ts';

/**
 * After this a transaction takes no further event, in milliseconds: what it holds locked, and the effects that nobody
 * sees yet, wait no longer than for a few slow events.
 */
const LONGEST_MS = 20;

const KNOWN = 'SELECT event_id FROM inbox WHERE consumer_group = $1 AND event_id = ANY($2::uuid[])';

const REMEMBER = `
INSERT INTO inbox (consumer_group, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING`;

/** Receives the first of `events`; resolves with how many, one at least. */
export type ReceiveSeveral = (events: readonly Event[], signal: AbortSignal) => Promise<number>;

/**
 * Applies several events in one transaction with the rows that remember them: one commit for all. When it fails, those
 * before the event that failed are applied without it, and `receive` goes on with that one by itself; when nobody knows
 * which it was, all go one by one.
 */
export function severalReceiver(
  pool: Pool,
  { group, handle }: ConsumerOptions,
  receive: Receive,
  log: Log,
  observer?: EventObserver,
): ReceiveSeveral {
  const apply = async (events: readonly Event[], signal: AbortSignal): Promise<Attempt> => {
    const fresh: Event[] = [];
    let done = 0;
    let failing: number | undefined;
    try {
      await transaction(pool, async (tx) => {
        const began = performance.now();
        const ids = events.map(({ id }) => id);
        const { rows } = await tx.query<{ event_id: string }>({
          name: 'inbox-known',
          text: KNOWN,
          values: [group, ids],
        });
        const known = new Set(rows.map(({ event_id: id }) => id));
        for (const event of events) {
          if (!known.has(event.id)) {
            failing = done;
            await handle(event, tx);
            failing = undefined;
            known.add(event.id);
            fresh.push(event);
          }
          done += 1;
          if (signal.aborted || performance.now() - began > LONGEST_MS) break;
        }
        const values = [group, fresh.map(({ id }) => id)];
        const { rowCount } = await tx.query({ name: 'inbox-remember', text: REMEMBER, values });
        if (rowCount !== fresh.length) throw new Error('another member of the group was at the same events');
      });
    } catch (error) {
      return { failure: { error }, failing };
    }
    for (const event of fresh) tellApplied(event, { group, attempt: 1 }, log, observer);
    return { done };
  };

  const receiveSeveral: ReceiveSeveral = async (events, signal) => {
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
type Attempt =
  | { readonly done: number }
  | { readonly failure: Failure; readonly failing: number | undefined };
