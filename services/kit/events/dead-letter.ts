import type { Pool } from 'pg';
import type { Log } from '../telemetry/log.ts';
import type { Event } from './event.ts';
import { toStorableText, type UnreadableMessage, unreadableData, unreadableId } from './unreadable.ts';

const BURY = `WITH received AS (
  INSERT INTO inbox (consumer_group, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING
)
INSERT INTO dead_letter (consumer_group, event_id, topic, type, key, time, data, reason, attempts, origin)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`;

interface Letter {
  readonly group: string;
  readonly event: Event;
  readonly reason: string;
  readonly attempts: number;
  readonly origin?: string;
}

/** Keeps an event in `dead_letter` and in the inbox, so that it has no effect when it comes again. */
export async function deadLetter(pool: Pool, letter: Letter): Promise<void> {
  const { group, event, reason, attempts, origin = null } = letter;
  const { id, topic, type, key, time } = event;
  const insert = (data: unknown) =>
    pool.query(BURY, [
      group,
      id,
      topic,
      type,
      key,
      time,
      JSON.stringify(data),
      toStorableText(reason),
      attempts,
      origin,
    ]);
  try {
    await insert(event.data);
  } catch (error) {
    if (!isOfData(error)) throw error;
    await insert({ json: Buffer.from(JSON.stringify(event.data)).toString('base64') });
  }
}

/** Keeps a message that is no event, so that those behind it go on. To repeat it is harmless. */
export async function deadLetterUnreadable(
  pool: Pool,
  group: string,
  unreadable: UnreadableMessage,
  log: Log,
): Promise<void> {
  const { topic, origin, reason, message } = unreadable;
  const event: Event = {
    id: unreadableId(unreadable),
    topic,
    type: toStorableText(message.attributes.type ?? ''),
    key: toStorableText(message.attributes.partitionkey ?? ''),
    time: new Date().toISOString(),
    data: unreadableData(unreadable),
  };
  await deadLetter(pool, { group, event, reason: `UnreadableError: ${reason}`, attempts: 1, origin });
  log.error('message put aside: it is no event', { topic, group, origin, reason });
}

/** Keeps an event that ended each process that got it, so that those behind it go on. To repeat it is harmless. */
export async function deadLetterPoison(
  pool: Pool,
  group: string,
  event: Event,
  deliveries: number,
  log: Log,
): Promise<void> {
  const { id, topic } = event;
  const reason = `delivered ${deliveries} times, and nobody said what became of it: it may end the process that handles it`;
  await deadLetter(pool, { group, event, reason, attempts: deliveries });
  log.error('event put aside', { id, topic, group, attempts: deliveries, reason });
}

/** Why a letter is dead. */
export function failureReason(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** SQLSTATE classes 22 (data exception) and 54 (limit exceeded): the value cannot be kept as it is, ever. */
function isOfData(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(22|54)/.test(String(error.code));
}
