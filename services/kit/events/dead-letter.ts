import type { Pool } from 'pg';
import type { Log } from '../telemetry/log.ts';
import type { Event } from './event.ts';
import {
  toStorableText,
  type UnreadableMessage,
  unreadableData,
  unreadableId,
} from './unreadable-message.ts';

const INSERT = `WITH received AS (
  INSERT INTO inbox (consumer_group, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING
)
INSERT INTO dead_letter (consumer_group, event_id, topic, type, key, time, data, reason, attempts, origin)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`;

interface DeadLetter {
  readonly group: string;
  readonly event: Event;
  readonly reason: string;
  readonly attempts: number;
  readonly origin?: string;
}

/** Inserts an event into `dead_letter` and into the inbox, so that a redelivery has no effect. */
export async function deadLetter(pool: Pool, letter: DeadLetter): Promise<void> {
  const { group, event, reason, attempts, origin = null } = letter;
  const { id, topic, type, key, time } = event;
  const insert = (data: unknown) =>
    pool.query(INSERT, [
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
    if (!isUnstorableData(error)) throw error;
    await insert({ json: Buffer.from(JSON.stringify(event.data)).toString('base64') });
  }
}

/** Dead-letters a message that is not an event, so that the messages behind it proceed. Idempotent. */
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
  log.error('message dead-lettered; it is not an event', { topic, group, origin, reason });
}

/**
 * Dead-letters an event that was delivered repeatedly without an outcome, so that the events behind it proceed.
 * Idempotent.
 */
export async function deadLetterPoison(
  pool: Pool,
  group: string,
  event: Event,
  deliveries: number,
  log: Log,
): Promise<void> {
  const { id, topic } = event;
  const reason = `delivered ${deliveries} times without an outcome; it may crash the process that handles it`;
  await deadLetter(pool, { group, event, reason, attempts: deliveries });
  log.error('event dead-lettered', { id, topic, group, attempts: deliveries, reason });
}

/** Returns the `reason` of a dead letter. */
export function failureReason(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Returns whether the value can never be stored: SQLSTATE classes 22 (data exception) and 54 (limit exceeded). */
function isUnstorableData(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(22|54)/.test(String(error.code));
}
