import type { Message as Incoming, Options } from 'amqplib';
import { type CloudEventMessage, toMessage } from '../cloud-event.ts';
import type { Event } from '../event.ts';

/**
 * By the CloudEvents AMQP protocol binding 1.0, 3.1 "Binary content mode": attributes are application properties with
 * one of two prefixes, of which the first is to be written and both are to be read. It is made for AMQP 1.0;
 * RabbitMQ turns headers of AMQP 0-9-1 into application properties and back.
 */
const PREFIX = /^cloudEvents[_:]/;
const WRITTEN = 'cloudEvents_';

/** @throws Error when the event is too large */
export function toPublish(
  event: Event,
  source: string,
): { readonly body: Buffer; readonly options: Options.Publish } {
  const { attributes, body } = toMessage(event, source);
  const { datacontenttype = '', ...others } = attributes;
  const headers = Object.entries(others).map(([name, value]) => [`${WRITTEN}${name}`, value]);
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

/** What a delivery says. The routing key stands for the attribute where a publisher sets it alone. */
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
 * How often a quorum queue has delivered it before. From 4.3 on the first counts what receivers refused alone, and the
 * second all (https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling).
 */
export function deliveryCount({ properties: { headers } }: Incoming): number {
  const counts = [headers?.['x-delivery-count'], headers?.['x-acquired-count']];
  return Math.max(0, ...counts.map((count) => (Number.isSafeInteger(count) ? Number(count) : 0)));
}

/** The binding allows AMQP's own types, of which a time is the one in use: seconds since 1970. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { '!': type, value: seconds } = Object(value) as { readonly '!'?: unknown; readonly value?: unknown };
  if (type === 'timestamp' && typeof seconds === 'number') return new Date(seconds * 1_000).toISOString();
  return JSON.stringify(value) ?? '';
}
