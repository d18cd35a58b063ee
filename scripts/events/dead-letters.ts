import type { Databases } from './databases.ts';

/** An event that a consumer has put aside, or a message that is none. */
export interface DeadLetter {
  readonly group: string;
  readonly id: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  /** When the event happened, as Postgres writes it in JSON. */
  readonly time: string;
  readonly reason: string;
  readonly attempts: number;
  readonly buriedAt: string;
  /** Where a message that is no event lay. */
  readonly origin: string | null;
  /** When it was asked to be tried again. */
  readonly replayAt: string | null;
  /** What is no event cannot be tried again. */
  readonly isEvent: boolean;
}

/** More than anybody reads; those that are oldest. */
const MOST = 1_000;
/** Of version 8 are the ids of messages that are no events (services/kit/events/unreadable.ts). */
const IS_EVENT = 'uuid_extract_version(event_id) <> 8';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The dead letters of consumers, oldest first. @param stores databases of the consumers */
export async function deadLetters(
  databases: Databases,
  stores: readonly string[],
): Promise<readonly DeadLetter[]> {
  const found = stores.map((store) =>
    databases.ask<DeadLetter>(
      store,
      `SELECT consumer_group AS "group", event_id AS id, topic, type, key, time, reason, attempts,
         buried_at AS "buriedAt", origin, replay_at AS "replayAt", ${IS_EVENT} AS "isEvent"
       FROM dead_letter ORDER BY buried_at, event_id LIMIT ${MOST}`,
    ),
  );
  return (await Promise.all(found)).flat();
}

/**
 * Asks the consumers to try dead letters again; they do within 5 seconds.
 * @param ids which; undefined for all that are events
 * @returns the ids of those that are tried
 * @throws Error for an id that is no UUID, none of a dead letter, or of a message that is no event
 */
export async function replay(
  databases: Databases,
  stores: readonly string[],
  ids: readonly string[] | undefined,
): Promise<readonly string[]> {
  const wrong = ids?.find((id) => !UUID.test(id));
  if (wrong !== undefined)
    throw new Error(`'${wrong}' is not the id of an event: npm run events -- dead lists them`);
  const chosen = ids ? ` AND event_id = ANY ('{${ids.join()}}')` : '';
  const statement = `UPDATE dead_letter SET replay_at = now() WHERE ${IS_EVENT}${chosen} RETURNING event_id AS id`;
  const asked = stores.map((store) => databases.ask<{ readonly id: string }>(store, statement));
  const tried = (await Promise.all(asked)).flat().map(({ id }) => id);
  const missed = ids?.find((id) => !tried.includes(id.toLowerCase()));
  if (missed !== undefined)
    throw new Error(`no event '${missed}' is among the dead letters: npm run events -- dead lists them`);
  return [...new Set(tried)];
}
