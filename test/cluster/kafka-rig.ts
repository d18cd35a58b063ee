import { Kafka, logLevel } from 'kafkajs';
import { BrokerContainer } from '../../scripts/brokers/broker-container.ts';
import type { Rig } from '../services/kit/events/probes/rig.ts';

const USER = 'weft';
const PASSWORD = 'secret';

/** A Kafka in a container, with users and with topics of four partitions. */
export async function openKafkaRig(): Promise<Rig & { readonly container: BrokerContainer }> {
  const container = await BrokerContainer.start('kafka');
  const kafka = new Kafka({
    brokers: [container.address],
    sasl: { mechanism: 'plain', username: USER, password: PASSWORD },
    logLevel: logLevel.NOTHING,
    retry: { retries: 30, initialRetryTime: 200, maxRetryTime: 1_000 },
  });
  return {
    container,
    kind: 'kafka',
    password: PASSWORD,
    events: (topic) => ({
      broker: 'kafka',
      addresses: [container.address],
      signIn: { mechanism: 'plain', user: USER },
      topics: { [topic]: { partitions: 4, replicas: 1, minInSync: 1, retention: '24h' } },
      publishes: [topic],
      consumes: [topic],
    }),
    kill: () => container.kill(),
    start: () => container.start(),
    freeze: () => container.freeze(),
    thaw: () => container.thaw(),
    async putUnreadable(topic) {
      const producer = kafka.producer();
      await producer.connect();
      const headers = { ce_specversion: '0.3', ce_id: 'x' };
      await producer.send({ topic, messages: [{ key: 'k', value: '{"n":', headers }] });
      await producer.disconnect();
      return true;
    },
    async expire(topic) {
      const admin = kafka.admin();
      await admin.connect();
      const ends = await admin.fetchTopicOffsets(topic);
      const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
      await admin.deleteTopicRecords({ topic, partitions });
      await admin.disconnect();
    },
    close: () => container.remove(),
  };
}
