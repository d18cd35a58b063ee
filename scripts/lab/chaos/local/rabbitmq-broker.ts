import type { Secrets } from '../../../../mesh/run/secrets.ts';
import { BrokerContainer, freePort, PASSWORD, USER } from '../../brokers/broker-container.ts';
import { SERVICES } from '../planned-faults.ts';
import { keepBooks, readBooks, withChannel } from '../rabbitmq-queue.ts';
import type { LocalBroker } from './broker.ts';
import { containedBroker } from './contained-broker.ts';

/**
 * A RabbitMQ, with a user for each service and a queue that keeps all events.
 * @param lead gives the address that services know, for the one at which the container is
 */
export async function openRabbitmq(lead: (address: string) => Promise<string>): Promise<LocalBroker> {
  const port = await freePort();
  const address = await lead(`127.0.0.1:${port}`);
  const container = await BrokerContainer.start('rabbitmq', { port });
  const url = `amqp://${USER}:${PASSWORD}@127.0.0.1:${port}`;
  return containedBroker({
    kind: 'rabbitmq',
    container,
    address,
    async serves() {
      try {
        await withChannel(url, keepBooks);
        return true;
      } catch {
        return false;
      }
    },
    admit: async (secrets) => admit(container, secrets),
    events: () => withChannel(url, readBooks),
  });
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
