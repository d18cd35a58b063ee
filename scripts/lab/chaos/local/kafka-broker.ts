import { Kafka, logLevel } from 'kafkajs';
import { BrokerContainer, freePort } from '../../brokers/broker-container.ts';
import { type BookedEvent, eventOf } from '../books.ts';
import type { LocalBroker } from './broker.ts';
import { containedBroker } from './contained-broker.ts';

const TOPIC = 'orders';

/**
 * A Kafka of one broker, which lets everybody in.
 * @param lead gives the address that services know, for the one at which the container is
 */
export async function openKafka(lead: (address: string) => Promise<string>): Promise<LocalBroker> {
  const port = await freePort();
  const address = await lead(`127.0.0.1:${port}`);
  const container = await BrokerContainer.start('kafka', {
    port,
    variables: {
      // Clients come to the address that Kafka tells them, and to no other.
      KAFKA_ADVERTISED_LISTENERS: `CLIENT://${address}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    },
  });
  const kafka = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    retry: { retries: 8, initialRetryTime: 200, maxRetryTime: 2_000 },
  });
  return containedBroker({
    kind: 'kafka',
    container,
    address,
    serves: () => serves(address),
    admit: async () => {},
    events: () => readTopic(kafka),
  });
}

async function serves(address: string): Promise<boolean> {
  const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

/** All that the topic holds; what has one key is in one partition, and so in its order. */
async function readTopic(kafka: Kafka): Promise<readonly BookedEvent[]> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(TOPIC);
  await admin.disconnect();
  const unread = new Set(ends.filter(({ low, high }) => low !== high).map(({ partition }) => partition));
  const last = new Map(ends.map(({ partition, high }) => [partition, Number(high) - 1]));
  const events: BookedEvent[] = [];
  const isRead = Promise.withResolvers<void>();
  if (unread.size === 0) isRead.resolve();
  const consumer = kafka.consumer({ groupId: 'chaos' });
  consumer.on(consumer.events.CRASH, ({ payload }) => isRead.reject(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message: { key, headers, value, offset } }) => {
        events.push(eventOf(String(headers?.ce_id), String(key), String(value)));
        if (Number(offset) >= (last.get(partition) ?? 0)) unread.delete(partition);
        if (unread.size === 0) isRead.resolve();
      },
    });
    await isRead.promise;
  } finally {
    await consumer.disconnect();
  }
  return events;
}
