import { createHash } from 'node:crypto';
import type { CloudEventMessage } from './cloud-event.ts';
import { PermanentError } from './permanent-error.ts';

/** What is kept of a body at most, in bytes: a little more than the longest that is read. */
const KEPT_BYTES = 600_000;
const KEPT_CHARACTERS = 10_000;

/** A message says no event, or none that is known here. */
export class UnreadableError extends PermanentError {
  override readonly name = 'UnreadableError';
}

/** A message that came where an event was due, and is none. */
export interface UnreadableMessage {
  readonly topic: string;
  /** Where it lies or lay: topic, partition and offset (`orders/3/42`), or a queue. */
  readonly origin: string;
  readonly reason: string;
  readonly message: CloudEventMessage;
}

/** The same for the same message at the same place, so that it is put aside once: a UUID of version 8 (RFC 9562, 5.8). */
export function unreadableId({ origin, message }: UnreadableMessage): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([origin, message.attributes]))
    .update(message.body)
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex', 0, 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What is kept of it as JSON, whatever it holds: its attributes as text, its body in base64. */
export function unreadableData({ message }: UnreadableMessage): unknown {
  const { attributes, body } = message;
  const kept = Object.entries(attributes).map(([name, value]) => [
    toStorableText(name),
    toStorableText(value),
  ]);
  return {
    attributes: Object.fromEntries(kept),
    body: body.subarray(0, KEPT_BYTES).toString('base64'),
    bytes: body.length,
  };
}

/** As Postgres keeps text. */
export function toStorableText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed().slice(0, KEPT_CHARACTERS);
}
