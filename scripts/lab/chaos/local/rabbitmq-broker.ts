import type { Secrets } from '../../../../mesh/run/secrets.ts';
import { BrokerContainer, freePort, PASSWORD, USER } from '../../brokers/broker-container.ts';
import { SERVICES } from '../fault-targets.ts';
import { bindCaptureQueue, readCaptureQueue, withChannel } from '../rabbitmq-capture-queue.ts';
import { createContainerBroker } from './container-broker.ts';
import type { LocalBroker } from './local-broker.ts';

/**
 * Starts a RabbitMQ with a capture queue for all events.
 * @param toServiceAddress maps the address of the container to the address that the services use
 */
export async function openRabbitmq(
  toServiceAddress: (address: string) => Promise<string>,
): Promise<LocalBroker> {
  const port = await freePort();
  const address = await toServiceAddress(`127.0.0.1:${port}`);
  const container = await BrokerContainer.start('rabbitmq', { port });
  const url = `amqp://${USER}:${PASSWORD}@127.0.0.1:${port}`;
  return createContainerBroker({
    kind: 'rabbitmq',
    container,
    address,
    async isServing() {
      try {
        await withChannel(url, bindCaptureQueue);
        return true;
      } catch {
        return false;
      }
    },
    grantAccess: async (secrets) => createUsers(container, secrets),
    events: () => withChannel(url, readCaptureQueue),
  });
}

/** Creates a user for each service with all permissions. A chaos run does not test permissions. */
async function createUsers(container: BrokerContainer, secrets: Secrets): Promise<void> {
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
  await container.execWithInput(JSON.stringify({ users, permissions }), 'rabbitmqctl', 'import_definitions');
}
