import { Kafka, logLevel } from 'kafkajs';
import {
  BrokerContainer,
  type ContainerOptions,
  PASSWORD,
  USER,
} from '../../scripts/lab/brokers/broker-container.ts';
import type { Rig } from '../services/kit/events/probes/rig.ts';

/** Starts Kafka in a container, with SASL users and topics of four partitions. */
export async function openKafkaRig(
  options: ContainerOptions = {},
): Promise<Rig & { readonly container: BrokerContainer }> {
  const container = await BrokerContainer.start('kafka', options);
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
      sasl: { mechanism: 'plain', user: USER },
      topics: { [topic]: { partitions: 4, replicationFactor: 1, minInSyncReplicas: 1, retention: '24h' } },
      publishes: [topic],
      consumes: [topic],
      messageTypes: { [topic]: ['weft.order.v1.OrderEvent'] },
      retention: { [topic]: '24h' },
    }),
    settle: async () => {},
    kill: () => container.kill(),
    start: () => container.start(),
    freeze: () => container.freeze(),
    thaw: () => container.thaw(),
    async put(topic, { attributes: { datacontenttype, partitionkey, ...others }, body }) {
      // Raises the maximum message size, whose default is 1 MiB.
      const configEntries = [{ name: 'max.message.bytes', value: String(2 * body.length + 1_048_576) }];
      const admin = kafka.admin();
      await admin.connect();
      await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] });
      await admin.disconnect();
      const producer = kafka.producer();
      await producer.connect();
      const headers = Object.entries(others).map(([name, value]) => [`ce_${name}`, value]);
      const message = {
        key: partitionkey ?? null,
        value: body,
        headers: { 'content-type': datacontenttype, ...Object.fromEntries(headers) },
      };
      await producer.send({ topic, messages: [message] });
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
