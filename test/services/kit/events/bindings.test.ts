import { expect, test } from '@jest/globals';
import type { Message as Delivery, MessageProperties } from 'amqplib';
import { toEvent } from '../../../../services/kit/events/cloud-event.ts';
import type { Event } from '../../../../services/kit/events/event.ts';
import { recordMessage, toRecord } from '../../../../services/kit/events/kafka/kafka-binding.ts';
import {
  deliveryCount,
  deliveryMessage,
  toPublish,
} from '../../../../services/kit/events/rabbitmq/amqp-binding.ts';

const EVENT: Event = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  topic: 'orders',
  type: 'weft.order.v1.OrderEvent',
  key: 'order-1',
  time: '2026-01-02T03:04:05.678Z',
  data: { n: 1 },
};

test('a Kafka record has the headers of the Kafka protocol binding, and the key of the event', () => {
  const { key, value, headers } = toRecord(EVENT, '/order');
  expect(key).toBe('order-1');
  expect(String(value)).toBe('{"n":1}');
  expect(headers).toEqual({
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: EVENT.id,
    ce_source: '/order',
    ce_type: 'weft.order.v1.OrderEvent',
    ce_time: '2026-01-02T03:04:05.678Z',
    ce_partitionkey: 'order-1',
  });
});

test('a Kafka record of another publisher is read; its key replaces a missing partitionkey', () => {
  const record = {
    timestamp: '0',
    attributes: 0,
    offset: '7',
    key: Buffer.from('order-1'),
    value: Buffer.from('{"n":1}'),
    headers: {
      'content-type': Buffer.from('application/json; charset=utf-8'),
      ce_specversion: Buffer.from('1.0'),
      ce_id: Buffer.from(EVENT.id),
      ce_source: Buffer.from('https://example.com/shop'),
      ce_type: Buffer.from(EVENT.type),
      ce_time: Buffer.from('2026-01-02T03:04:05.678Z'),
      other: Buffer.from('x'),
    },
  };
  expect(toEvent(recordMessage(record), 'orders')).toEqual(EVENT);
  const twice = { ...record, headers: { ...record.headers, ce_id: [Buffer.from('a'), Buffer.from('b')] } };
  expect(() => toEvent(recordMessage(twice), 'orders')).toThrow("attribute 'id' is 'a, b': not a UUID");
  const tombstone = { ...record, value: null };
  expect(() => toEvent(recordMessage(tombstone), 'orders')).toThrow('body of 0 bytes is not JSON');
});

test('an AMQP message has the application properties of the AMQP protocol binding', () => {
  const { body, options } = toPublish(EVENT, '/order');
  expect(body.toString()).toBe('{"n":1}');
  expect(options).toEqual({
    contentType: 'application/json',
    messageId: EVENT.id,
    persistent: true,
    headers: {
      cloudEvents_specversion: '1.0',
      cloudEvents_id: EVENT.id,
      cloudEvents_source: '/order',
      cloudEvents_type: 'weft.order.v1.OrderEvent',
      cloudEvents_time: '2026-01-02T03:04:05.678Z',
      cloudEvents_partitionkey: 'order-1',
    },
  });
});

test('an AMQP message is read with either prefix, with times of AMQP, by its routing key', () => {
  const headers = {
    'cloudEvents:specversion': '1.0',
    'cloudEvents:id': EVENT.id,
    cloudEvents_source: '/order',
    cloudEvents_type: EVENT.type,
    cloudEvents_time: { '!': 'timestamp', value: 1_767_323_045 },
    'x-delivery-count': 2,
  };
  const message = deliveryMessage(delivery({ headers, contentType: 'application/json' }));
  expect(toEvent(message, 'orders')).toEqual({ ...EVENT, time: '2026-01-02T03:04:05.000Z' });
  expect(() => toEvent(deliveryMessage(delivery({ headers: {} })), 'orders')).toThrow(
    "attribute 'specversion' is missing; attribute 'id' is missing",
  );
});

test('the delivery count is the larger of the counters of RabbitMQ versions', () => {
  const of = (headers: MessageProperties['headers']) => deliveryCount(delivery({ headers }));
  expect(of(undefined)).toBe(0);
  expect(of({ 'x-delivery-count': 2 })).toBe(2);
  expect(of({ 'x-delivery-count': 1, 'x-acquired-count': 5 })).toBe(5);
  expect(of({ 'x-delivery-count': 'often' })).toBe(0);
});

function delivery(properties: Partial<MessageProperties>): Delivery {
  return {
    content: Buffer.from('{"n":1}'),
    fields: { deliveryTag: 1, redelivered: false, exchange: 'orders', routingKey: 'order-1' },
    properties: { ...NOTHING, ...properties },
  };
}

const NOTHING: MessageProperties = {
  contentType: undefined,
  contentEncoding: undefined,
  headers: undefined,
  deliveryMode: undefined,
  priority: undefined,
  correlationId: undefined,
  replyTo: undefined,
  expiration: undefined,
  messageId: undefined,
  timestamp: undefined,
  type: undefined,
  userId: undefined,
  appId: undefined,
  clusterId: undefined,
};
