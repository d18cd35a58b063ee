import type { IHeaders, KafkaMessage, Message as Outgoing } from 'kafkajs';
import { type CloudEventMessage, toMessage } from '../cloud-event.ts';
import type { Event } from '../event.ts';

const PREFIX = 'ce_';
const CONTENT_TYPE = 'content-type';

/**
 * An event as a Kafka record, by the CloudEvents Kafka protocol binding 1.0, 3.2 "Binary content mode": attributes are
 * headers, the content type is one by itself, and the key of the record is the attribute `partitionkey`.
 * @throws Error when it is too large
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
 * What a record says. The key stands for the attribute where a publisher sets it alone; a tombstone of a compacted topic
 * has no body.
 */
export function recordMessage({ key, value, headers = {} }: KafkaMessage): CloudEventMessage {
  const attributes: Record<string, string> = {};
  if (key) attributes.partitionkey = key.toString();
  for (const [name, given] of Object.entries(headers)) {
    if (name === CONTENT_TYPE) attributes.datacontenttype = textOf(given);
    else if (name.startsWith(PREFIX)) attributes[name.slice(PREFIX.length)] = textOf(given);
  }
  return { attributes, body: value ?? Buffer.alloc(0) };
}

function textOf(given: IHeaders[string]): string {
  return Array.isArray(given) ? given.map(String).join(', ') : String(given);
}
