import type { IHeaders, KafkaMessage, Message as Outgoing } from 'kafkajs';
import { type CloudEventMessage, toMessage } from '../cloud-event.ts';
import type { Event } from '../event.ts';

const PREFIX = 'ce_';
const CONTENT_TYPE = 'content-type';

/**
 * Converts an event to a Kafka record by the CloudEvents Kafka protocol binding 1.0 (3.2, "Binary content mode").
 * Attributes become headers, the content type has a header of its own, and the record key is the attribute
 * `partitionkey`.
 * @throws Error when the event is too large
 */
export function toRecord(event: Event, source: string): Outgoing {
  const { attributes, body } = toMessage(event, source);
  const { datacontenttype = '', ...others } = attributes;
  const headers = Object.entries(others).map(([name, value]) => [`${PREFIX}${name}`, value]);
  return {
    key: event.key,
    value: body,
    headers: { ...Object.fromEntries(headers), [CONTENT_TYPE]: datacontenttype },
  };
}

/**
 * Converts a Kafka record to a CloudEvent. The record key replaces a missing `partitionkey`. A tombstone of a
 * compacted topic becomes an empty body.
 */
export function recordMessage({ key, value: body, headers = {} }: KafkaMessage): CloudEventMessage {
  const attributes: Record<string, string> = {};
  if (key) attributes.partitionkey = key.toString();
  for (const [name, value] of Object.entries(headers)) {
    if (name === CONTENT_TYPE) attributes.datacontenttype = textOf(value);
    else if (name.startsWith(PREFIX)) attributes[name.slice(PREFIX.length)] = textOf(value);
  }
  return { attributes, body: body ?? Buffer.alloc(0) };
}

function textOf(value: IHeaders[string]): string {
  return Array.isArray(value) ? value.map(String).join(', ') : String(value);
}
