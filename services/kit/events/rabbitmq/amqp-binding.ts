import type { Message as Incoming, Options } from 'amqplib';
import { type CloudEventMessage, toMessage } from '../cloud-event.ts';
import type { Event } from '../event.ts';

/**
 * CloudEvents AMQP protocol binding 1.0 (3.1, "Binary content mode"): attributes are application properties with one
 * of two prefixes. Senders write the first, receivers accept both. The binding is for AMQP 1.0; RabbitMQ converts
 * headers of AMQP 0-9-1 to application properties and back.
 */
const PREFIX = /^cloudEvents[_:]/;
const WRITE_PREFIX = 'cloudEvents_';

/** Converts an event to body and options of `channel.publish`. @throws Error when the event is too large */
export function toPublish(
  event: Event,
  source: string,
): { readonly body: Buffer; readonly options: Options.Publish } {
  const { attributes, body } = toMessage(event, source);
  const { datacontenttype = '', ...others } = attributes;
  const headers = Object.entries(others).map(([name, value]) => [`${WRITE_PREFIX}${name}`, value]);
  return {
    body,
    options: {
      headers: Object.fromEntries(headers),
      contentType: datacontenttype,
      messageId: event.id,
      persistent: true,
    },
  };
}

/** Converts a delivery to a CloudEvent. The routing key replaces a missing `partitionkey`. */
export function deliveryMessage({ content, fields, properties }: Incoming): CloudEventMessage {
  const attributes: Record<string, string> = {};
  if (fields.routingKey) attributes.partitionkey = fields.routingKey;
  const { contentType } = properties;
  if (typeof contentType === 'string') attributes.datacontenttype = contentType;
  for (const [name, value] of Object.entries(properties.headers ?? {})) {
    if (PREFIX.test(name)) attributes[name.replace(PREFIX, '')] = textOf(value);
  }
  return { attributes, body: content };
}

/**
 * Returns the number of earlier deliveries by a quorum queue. Since RabbitMQ 4.3, `x-delivery-count` counts only
 * rejected ones, and `x-acquired-count` counts all
 * (https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling).
 */
export function deliveryCount({ properties: { headers } }: Incoming): number {
  const counts = [headers?.['x-delivery-count'], headers?.['x-acquired-count']];
  return Math.max(0, ...counts.map((count) => (Number.isSafeInteger(count) ? Number(count) : 0)));
}

/**
 * Returns an attribute as text. The binding allows AMQP types; the one in use is the timestamp, in seconds since
 * 1970.
 */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { '!': type, value: seconds } = Object(value) as { readonly '!'?: unknown; readonly value?: unknown };
  if (type === 'timestamp' && typeof seconds === 'number') return new Date(seconds * 1_000).toISOString();
  return JSON.stringify(value) ?? '';
}
