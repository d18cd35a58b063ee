import { connect } from 'amqplib';
import {
  BrokerContainer,
  type ContainerOptions,
  PASSWORD,
  USER,
} from '../../scripts/lab/brokers/broker-container.ts';
import type { Rig } from '../services/kit/events/probes/rig.ts';
import { until } from '../until.ts';

/** Starts RabbitMQ in a container. */
export async function openRabbitmqRig(
  options: ContainerOptions = {},
): Promise<Rig & { readonly container: BrokerContainer }> {
  const container = await BrokerContainer.start('rabbitmq', options);
  return {
    container,
    kind: 'rabbitmq',
    password: PASSWORD,
    events: (topic, consumers) => ({
      broker: 'rabbitmq',
      address: container.address,
      vhost: '/',
      user: USER,
      consumers: { [topic]: consumers },
      maxQueueLength: 100_000,
      publishes: [topic],
      consumes: [topic],
      messageTypes: { [topic]: ['weft.order.v1.OrderEvent'] },
      retention: { [topic]: '24h' },
    }),
    async settle() {
      await container.exec('rabbitmqctl', 'eval', 'dets:sync(ra_directory_reverse).');
    },
    kill: () => container.kill(),
    start: () => container.start(),
    freeze: () => container.freeze(),
    thaw: () => container.thaw(),
    async put(topic, { attributes: { datacontenttype, partitionkey = '', ...others }, body }) {
      const connection = await until('RabbitMQ accepts connections', () =>
        connect(`amqp://${USER}:${PASSWORD}@${container.address}`).catch(() => undefined),
      );
      const channel = await connection.createConfirmChannel();
      const headers = Object.entries(others).map(([name, value]) => [`cloudEvents:${name}`, value]);
      channel.publish(topic, partitionkey, body, {
        headers: Object.fromEntries(headers),
        ...(datacontenttype && { contentType: datacontenttype }),
      });
      await channel.waitForConfirms();
      await connection.close();
      return true;
    },
    // RabbitMQ keeps no events other than those in the queues of groups.
    expire: async () => {},
    close: () => container.remove(),
  };
}
