import { connect } from 'amqplib';
import type { Rig } from '../services/kit/events/probes/rig.ts';
import { BrokerContainer } from './broker-container.ts';
import { until } from './until.ts';

const USER = 'weft';
const PASSWORD = 'secret';

/**
 * Says of each quorum queue whether it has a leader, and lets one be elected where it has none. RabbitMQ 3.10, killed soon
 * after it made a queue and started again, was seen to wait for an election for ever; a newer one finds nothing to do.
 */
const ELECT = `[begin N = amqqueue:get_pid(Q), case ra:members(N, 1000) of
  {ok, _, _} -> leads; _ -> ra:trigger_election(N), waits end end
  || Q <- rabbit_amqqueue:list(), amqqueue:get_type(Q) == rabbit_quorum_queue].`;

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
      carries: { [topic]: ['weft.order.v1.OrderEvent'] },
      retention: { [topic]: '24h' },
    }),
    kill: () => container.kill(),
    async start() {
      await container.start();
      const look = async () => {
        // There are none before it has read what it kept.
        const queues = await container.exec('rabbitmqctl', 'eval', ELECT).catch(() => '');
        return queues.includes('leads') && !queues.includes('waits');
      };
      await until('every queue has a leader', look, { patienceMs: 300_000 });
    },
    freeze: () => container.freeze(),
    thaw: () => container.thaw(),
    async put(topic, { attributes: { datacontenttype, partitionkey = '', ...others }, body }) {
      const connection = await until('RabbitMQ answers', () =>
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
    // Nothing is kept beyond what waits for a group.
    expire: async () => {},
    close: () => container.remove(),
  };
}
