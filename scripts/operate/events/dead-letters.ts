import { z } from 'zod';
import type { Databases } from './databases.ts';

/** An event that a consumer has put aside, or a message that is none. */
const DEAD_LETTER = z.object({
  group: z.string(),
  id: z.string(),
  topic: z.string(),
  type: z.string(),
  key: z.string(),
  /** When the event happened, as Postgres writes it in JSON. */
  time: z.string(),
  reason: z.string(),
  attempts: z.number(),
  buriedAt: z.string(),
  /** Where a message that is no event lay. */
  origin: z.string().nullable(),
  /** When it was asked to be tried again. */
  replayAt: z.string().nullable(),
  /** What is no event cannot be tried again. */
  isEvent: z.boolean(),
});
export type DeadLetter = Readonly<z.infer<typeof DEAD_LETTER>>;

const REPLAYED = z.object({ id: z.string() });

/** Rows of one statement. With reasons cut to MAX_REASON_LENGTH, its answer has some megabytes at most. */
const PAGE_ROWS = 200;
const MAX_REASON_LENGTH = 4_000;
/** Of version 8 are the ids of messages that are no events (services/kit/events/unreadable.ts). */
const IS_EVENT = 'uuid_extract_version(event_id) <> 8';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads all dead letters of consumers, oldest first in each database, a page at a time. Reasons of more than 4,000
 * characters are cut.
 * @param stores databases of the consumers
 */
export async function* deadLetters(
  databases: Databases,
  stores: readonly string[],
): AsyncGenerator<readonly DeadLetter[], void> {
  for (const store of stores) {
    let after: DeadLetter | undefined;
    do {
      const page: readonly DeadLetter[] = await databases.query(DEAD_LETTER, store, pageAfter(after));
      if (page.length > 0) yield page;
      after = page.length === PAGE_ROWS ? page.at(-1) : undefined;
    } while (after);
  }
}

function pageAfter(last: DeadLetter | undefined): string {
  const key = 'buried_at, consumer_group, event_id';
  const position = last && [last.buriedAt, last.group, last.id].map(sqlLiteral).join(', ');
  return `SELECT consumer_group AS "group", event_id AS id, topic, type, key, time,
      left(reason, ${MAX_REASON_LENGTH}) AS reason, attempts,
      buried_at AS "buriedAt", origin, replay_at AS "replayAt", ${IS_EVENT} AS "isEvent"
    FROM dead_letter ${position ? `WHERE (${key}) > (${position})` : ''} ORDER BY ${key} LIMIT ${PAGE_ROWS}`;
}

function sqlLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
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
  const replays = stores.map((store) => databases.query(REPLAYED, store, statement));
  const tried = (await Promise.all(replays)).flat().map(({ id }) => id);
  const missed = ids?.find((id) => !tried.includes(id.toLowerCase()));
  if (missed !== undefined)
    throw new Error(`no event '${missed}' is among the dead letters: npm run events -- dead lists them`);
  return [...new Set(tried)];
}
