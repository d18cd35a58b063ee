import { expect, test } from '@jest/globals';
import type { Kafka, ProducerBatch } from 'kafkajs';
import type { Event } from '../../../../services/kit/events/event.ts';
import { KafkaPublisher } from '../../../../services/kit/events/kafka/kafka-publisher.ts';
import { uuidv7 } from '../../../../services/kit/fields/uuid.ts';
import { recordedLog } from '../recorded-log.ts';

type Send = (batch: ProducerBatch) => Promise<unknown>;

/** Brokers of which each producer sends by the next of `sends`, and what they were given. */
function brokers(...sends: readonly Send[]) {
  const requests: { readonly producer: number; readonly keys: readonly unknown[] }[] = [];
  const closed: number[] = [];
  let made = 0;
  const kafka = {
    producer: () => {
      const producer = made;
      made += 1;
      return {
        connect: async () => {},
        disconnect: async () => closed.push(producer),
        sendBatch: async (batch: ProducerBatch) => {
          const messages = batch.topicMessages?.flatMap((one) => one.messages) ?? [];
          requests.push({ producer, keys: messages.map(({ key }) => key) });
          return sends[producer]?.(batch);
        },
      };
    },
  };
  const publisher = new KafkaPublisher(kafka as unknown as Kafka, '/order', 50, recordedLog().log);
  return { publisher, requests, closed };
}

const event = (key: string, data: unknown = {}): Event => ({
  id: uuidv7(),
  topic: 'orders',
  type: 't',
  key,
  time: '2026-01-02T03:04:05.678Z',
  data,
});
const ok: Send = async () => [];

test('a failed producer is not reused, because brokers could drop its next batch as a duplicate', async () => {
  const { publisher, requests, closed } = brokers(async () => {
    throw new Error('connection lost');
  }, ok);
  await expect(publisher.publish([event('a')])).rejects.toThrow('connection lost');
  await publisher.publish([event('b')]);
  await publisher.publish([event('c')]);
  expect(requests.map(({ producer }) => producer)).toEqual([0, 1, 1]);
  expect(closed).toContain(0);
});

test('a producer that times out is discarded and sends no further batch', async () => {
  const { promise: answer, resolve } = Promise.withResolvers<unknown>();
  const { publisher, requests } = brokers(() => answer, ok);
  const large = [event('a', 'x'.repeat(500_000)), event('b', 'x'.repeat(500_000))];
  await expect(publisher.publish(large)).rejects.toThrow('no acknowledgement within 50 ms');
  resolve([]);
  await publisher.publish([event('c')]);
  expect(requests).toEqual([
    { producer: 0, keys: ['a'] },
    { producer: 1, keys: ['c'] },
  ]);
});

test('a batch is one request up to the size limit of brokers', async () => {
  const { publisher, requests } = brokers(ok);
  await publisher.publish(Array.from({ length: 500 }, (_, n) => event(`k${n}`)));
  expect(requests.map(({ keys }) => keys.length)).toEqual([500]);
  await publisher.publish(['a', 'b', 'c', 'd'].map((key) => event(key, 'x'.repeat(300_000))));
  expect(requests.slice(1).map(({ keys }) => keys)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
});
