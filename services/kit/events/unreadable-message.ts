import { createHash } from 'node:crypto';
import type { CloudEventMessage } from './cloud-event.ts';

/** Stored part of a body, in bytes: slightly more than the largest body that is read. */
const MAX_STORED_BYTES = 600_000;
const MAX_STORED_CHARACTERS = 10_000;

/** A message of a topic that is not an event. */
export interface UnreadableMessage {
  readonly topic: string;
  /** Position of the message: topic, partition and offset (`orders/3/42`), or the queue. */
  readonly origin: string;
  readonly reason: string;
  readonly message: CloudEventMessage;
}

/**
 * Returns the id of a dead letter for the message: a UUID of version 8 (RFC 9562, 5.8) that is a hash of its position
 * and content. A redelivery has the same id, so it does not create a second dead letter.
 */
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

/** Returns the message as JSON: its attributes as text, its body in base64. */
export function unreadableData({ message }: UnreadableMessage): unknown {
  const { attributes, body } = message;
  const stored = Object.entries(attributes).map(([name, value]) => [
    toStorableText(name),
    toStorableText(value),
  ]);
  return {
    attributes: Object.fromEntries(stored),
    body: body.subarray(0, MAX_STORED_BYTES).toString('base64'),
    bytes: body.length,
  };
}

/** Returns `text` without characters that Postgres cannot store (NUL and lone surrogates), cut to 10,000 characters. */
export function toStorableText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed().slice(0, MAX_STORED_CHARACTERS);
}
