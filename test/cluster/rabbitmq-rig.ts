import { connect } from 'amqplib';
import { BrokerContainer } from '../../scripts/brokers/broker-container.ts';
import { queuesHaveLeaders } from '../../scripts/brokers/quorum-leaders.ts';
import type { Rig } from '../services/kit/events/probes/rig.ts';
import { until } from './until.ts';

const USER = 'weft';
const PASSWORD = 'secret';

/** A RabbitMQ in a container. */
export async function openRabbitmqRig(): Promise<Rig & { readonly container: BrokerContainer }> {
  const container = await BrokerContainer.start('rabbitmq');
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
      queueLimit: 100_000,
      publishes: [topic],
      consumes: [topic],
    }),
    kill: () => container.kill(),
    async start() {
      await container.start();
      const look = () => queuesHaveLeaders(container);
      await until('every queue has a leader', look, { patienceMs: 300_000 });
    },
    freeze: () => container.freeze(),
    thaw: () => container.thaw(),
    async putUnreadable(topic) {
      const connection = await until('RabbitMQ answers', () =>
        connect(`amqp://${USER}:${PASSWORD}@${container.address}`).catch(() => undefined),
      );
      const channel = await connection.createConfirmChannel();
      const headers = { 'cloudEvents:specversion': '0.3' };
      channel.publish(topic, 'k', Buffer.from('{"n":'), { headers });
      await channel.waitForConfirms();
      await connection.close();
      return true;
    },
    // Nothing is kept beyond what waits for a group.
    expire: async () => {},
    close: () => container.remove(),
  };
}
