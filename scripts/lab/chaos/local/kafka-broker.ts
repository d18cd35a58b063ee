import { Kafka, logLevel } from 'kafkajs';
import { BrokerContainer, freePort } from '../../brokers/broker-container.ts';
import { type LedgerEvent, parseLedgerEvent } from '../ledger-snapshot.ts';
import { createContainerBroker } from './container-broker.ts';
import type { LocalBroker } from './local-broker.ts';

const TOPIC = 'orders';

/**
 * Starts a Kafka of one broker without authentication.
 * @param toServiceAddress maps the address of the container to the address that the services use
 */
export async function openKafka(
  toServiceAddress: (address: string) => Promise<string>,
): Promise<LocalBroker> {
  const port = await freePort();
  const address = await toServiceAddress(`127.0.0.1:${port}`);
  const container = await BrokerContainer.start('kafka', {
    port,
    variables: {
      // Clients connect to the advertised address only, so it must be that of the link.
      KAFKA_ADVERTISED_LISTENERS: `CLIENT://${address}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    },
  });
  const kafka = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    retry: { retries: 8, initialRetryTime: 200, maxRetryTime: 2_000 },
  });
  return createContainerBroker({
    kind: 'kafka',
    container,
    address,
    isServing: () => isServing(address),
    grantAccess: async () => {},
    events: () => readTopic(kafka),
  });
}

async function isServing(address: string): Promise<boolean> {
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

/** Reads all messages of the topic. Events with one key are in one partition and therefore in order. */
async function readTopic(kafka: Kafka): Promise<readonly LedgerEvent[]> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(TOPIC);
  await admin.disconnect();
  const unread = new Set(ends.filter(({ low, high }) => low !== high).map(({ partition }) => partition));
  const lastOffsets = new Map(ends.map(({ partition, high }) => [partition, Number(high) - 1]));
  const events: LedgerEvent[] = [];
  const completion = Promise.withResolvers<void>();
  if (unread.size === 0) completion.resolve();
  const consumer = kafka.consumer({ groupId: 'chaos' });
  consumer.on(consumer.events.CRASH, ({ payload }) => completion.reject(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message: { key, headers, value, offset } }) => {
        events.push(parseLedgerEvent(String(headers?.ce_id), String(key), String(value)));
        if (Number(offset) >= (lastOffsets.get(partition) ?? 0)) unread.delete(partition);
        if (unread.size === 0) completion.resolve();
      },
    });
    await completion.promise;
  } finally {
    await consumer.disconnect();
  }
  return events;
}
