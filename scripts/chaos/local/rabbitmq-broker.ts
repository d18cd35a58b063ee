import { type Channel, connect } from 'amqplib';
import { BrokerContainer, freePort } from '../../brokers/broker-container.ts';
import { queuesHaveLeaders } from '../../brokers/quorum-leaders.ts';
import type { Secrets } from '../../local/secrets.ts';
import { type BookedEvent, eventOf } from '../books.ts';
import { SERVICES } from '../planned-faults.ts';
import type { LocalBroker } from './broker.ts';
import { containedBroker } from './contained-broker.ts';

const TOPIC = 'orders';
/** Gets all that is published beside the queues of the services: RabbitMQ keeps nothing that was consumed. */
const BOOKS = 'chaos.books';

/**
 * A RabbitMQ, with a user for each service and a queue that keeps all events.
 * @param lead gives the address that services know, for the one at which the container is
 */
export async function openRabbitmq(lead: (address: string) => Promise<string>): Promise<LocalBroker> {
  const port = await freePort();
  const address = await lead(`127.0.0.1:${port}`);
  const container = await BrokerContainer.start('rabbitmq', { port });
  return containedBroker({
    kind: 'rabbitmq',
    container,
    address,
    async serves() {
      try {
        await withChannel(port, keepBooks);
        return await queuesHaveLeaders(container);
      } catch {
        return false;
      }
    },
    admit: async (secrets) => admit(container, secrets),
    events: () => withChannel(port, readBooks),
  });
}

async function withChannel<T>(port: number, use: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await connect(`amqp://weft:secret@127.0.0.1:${port}`);
  // What is wrong is told by what was asked for; without a listener it would end the process.
  connection.on('error', () => {});
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    return await use(channel);
  } finally {
    await connection.close().catch(() => {});
  }
}

async function keepBooks(channel: Channel): Promise<void> {
  await channel.assertExchange(TOPIC, 'topic', { durable: true });
  await channel.assertQueue(BOOKS, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(BOOKS, TOPIC, '#');
}

async function readBooks(channel: Channel): Promise<readonly BookedEvent[]> {
  const events: BookedEvent[] = [];
  for (;;) {
    const delivery = await channel.get(BOOKS);
    if (!delivery) return events;
    const { fields, properties, content } = delivery;
    events.push(eventOf(String(properties.messageId), fields.routingKey, String(content)));
  }
}

/** Makes the users, and lets each do all: their rights are not what a run is about. */
async function admit(container: BrokerContainer, secrets: Secrets): Promise<void> {
  const users = await Promise.all(
    SERVICES.map(async (service) => ({
      name: `${service}_events`,
      password: await secrets.read({ secret: `${service}-events`, key: 'events-password' }),
      tags: '',
    })),
  );
  const permissions = users.map(({ name }) => ({
    user: name,
    vhost: '/',
    configure: '.*',
    write: '.*',
    read: '.*',
  }));
  await container.give(JSON.stringify({ users, permissions }), 'rabbitmqctl', 'import_definitions');
}
