import { randomBytes } from 'node:crypto';
import { kubectl, NAMESPACE } from '../../../operate/cluster/kubectl.ts';
import { forwardPort } from '../../../operate/cluster/port-forward.ts';
import { distinct } from '../books.ts';
import { forgetBooks, keepBooks, readBooks, withChannel } from '../rabbitmq-queue.ts';
import type { TopicBooks } from './topic-books.ts';

const USER = 'chaos';

/**
 * The books of the RabbitMQ in the cluster: a queue that keeps all events beside those of the services, and a user who
 * reads it, until `close`.
 */
export async function rabbitmqBooks(): Promise<TopicBooks> {
  const password = randomBytes(18).toString('base64url');
  const exec = (...command: readonly string[]) => {
    const pod = ['rabbitmq-0', `--namespace=${NAMESPACE}`, '--container=rabbitmq'];
    return kubectl(['exec', ...pod, '--', ...command]);
  };
  const asUser = async <T>(use: Parameters<typeof withChannel<T>>[1]): Promise<T> => {
    const { port, close } = await forwardPort('rabbitmq-0', 5_672);
    try {
      return await withChannel<T>(`amqp://${USER}:${password}@127.0.0.1:${port}`, use);
    } finally {
      await close();
    }
  };
  const users = [{ name: USER, password, tags: '' }];
  const permissions = [{ user: USER, vhost: '/', configure: '.*', write: '.*', read: '.*' }];
  await kubectl(
    [
      'exec',
      '--stdin',
      'rabbitmq-0',
      `--namespace=${NAMESPACE}`,
      '--container=rabbitmq',
      '--',
      'rabbitmqctl',
      'import_definitions',
    ],
    { input: JSON.stringify({ users, permissions }) },
  );
  await asUser(keepBooks);
  return {
    serves: () =>
      asUser(keepBooks).then(
        () => true,
        () => false,
      ),
    events: async () => distinct(await asUser(readBooks)),
    async close() {
      await asUser(forgetBooks);
      await exec('rabbitmqctl', 'delete_user', USER);
    },
  };
}
