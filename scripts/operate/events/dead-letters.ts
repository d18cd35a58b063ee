import { z } from 'zod';
import type { Databases } from './databases.ts';

/** A dead letter: an event that a consumer failed to apply, or a message that is not an event. */
const DEAD_LETTER = z.object({
  group: z.string(),
  id: z.string(),
  topic: z.string(),
  type: z.string(),
  key: z.string(),
  /** Time of the event, as Postgres formats it in JSON. */
  time: z.string(),
  reason: z.string(),
  attempts: z.number(),
  deadLetteredAt: z.string(),
  /** Position of a message that is not an event. */
  origin: z.string().nullable(),
  /** When a replay was requested. */
  replayAt: z.string().nullable(),
  /** Whether the dead letter can be replayed. */
  isEvent: z.boolean(),
});
export type DeadLetter = Readonly<z.infer<typeof DEAD_LETTER>>;

const REPLAYED = z.object({ id: z.string() });

/** Rows per page. With reasons cut to MAX_REASON_LENGTH characters, a page has a few megabytes at most. */
const PAGE_ROWS = 200;
const MAX_REASON_LENGTH = 4_000;
/** Messages that are not events have UUIDs of version 8 (services/kit/events/unreadable-message.ts). */
const IS_EVENT = 'uuid_extract_version(event_id) <> 8';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads all dead letters of consumers in pages, oldest first in each database. Reasons are cut after 4,000 characters.
 * @param stores databases of the consumers
 */
export async function* readDeadLetters(
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

function pageAfter(previous: DeadLetter | undefined): string {
  const key = 'dead_lettered_at, consumer_group, event_id';
  const position =
    previous && [previous.deadLetteredAt, previous.group, previous.id].map(sqlLiteral).join(', ');
  return `SELECT consumer_group AS "group", event_id AS id, topic, type, key, time,
      left(reason, ${MAX_REASON_LENGTH}) AS reason, attempts,
      dead_lettered_at AS "deadLetteredAt", origin, replay_at AS "replayAt", ${IS_EVENT} AS "isEvent"
    FROM dead_letter ${position ? `WHERE (${key}) > (${position})` : ''} ORDER BY ${key} LIMIT ${PAGE_ROWS}`;
}

function sqlLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Requests a replay of dead letters. Consumers poll for requests every 5 s.
 * @param ids ids of dead letters; undefined selects all events
 * @returns the ids of the events to be replayed
 * @throws Error for an id that is not a UUID, is unknown, or belongs to a message that is not an event
 */
export async function requestReplay(
  databases: Databases,
  stores: readonly string[],
  ids: readonly string[] | undefined,
): Promise<readonly string[]> {
  const invalid = ids?.find((id) => !UUID.test(id));
  if (invalid !== undefined)
    throw new Error(`'${invalid}' is not an event id; to list ids, run npm run events -- dead`);
  const filter = ids ? ` AND event_id = ANY ('{${ids.join()}}')` : '';
  const statement = `UPDATE dead_letter SET replay_at = now() WHERE ${IS_EVENT}${filter} RETURNING event_id AS id`;
  const replays = stores.map((store) => databases.query(REPLAYED, store, statement));
  const replayed = (await Promise.all(replays)).flat().map(({ id }) => id);
  const unknown = ids?.find((id) => !replayed.includes(id.toLowerCase()));
  if (unknown !== undefined)
    throw new Error(`dead letter '${unknown}' does not exist; to list ids, run npm run events -- dead`);
  return [...new Set(replayed)];
}

/** Formats a dead letter as a paragraph for an operator. */
export function formatDeadLetter(letter: DeadLetter): string {
  const { group, id, topic, type, key, reason, attempts, deadLetteredAt, origin, replayAt, isEvent } = letter;
  const count = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  const subject = isEvent ? `${type} of ${key}` : `not an event, from ${origin}; cannot be replayed`;
  return [
    `${id}  ${group} of ${topic}, dead-lettered ${deadLetteredAt} after ${count}`,
    `  ${subject}`,
    ...reason.split('\n').map((line) => `  ${line}`),
    ...(replayAt ? ['  replay is pending'] : []),
  ].join('\n');
}
