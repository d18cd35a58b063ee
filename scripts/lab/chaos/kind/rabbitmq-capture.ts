import { randomBytes } from 'node:crypto';
import { kubectl, NAMESPACE } from '../../../operate/cluster/kubectl.ts';
import { forwardPort } from '../../../operate/cluster/port-forward.ts';
import { deduplicateEvents } from '../ledger-snapshot.ts';
import {
  bindCaptureQueue,
  deleteCaptureQueue,
  readCaptureQueue,
  withChannel,
} from '../rabbitmq-capture-queue.ts';
import type { TopicCapture } from './topic-capture.ts';

const USER = 'chaos';

/** Creates a capture queue, and a user that may read it, in the cluster's RabbitMQ. `close` deletes both. */
export async function openRabbitmqCapture(): Promise<TopicCapture> {
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
  await asUser(bindCaptureQueue);
  return {
    isServing: () =>
      asUser(bindCaptureQueue).then(
        () => true,
        () => false,
      ),
    events: async () => deduplicateEvents(await asUser(readCaptureQueue)),
    async close() {
      await asUser(deleteCaptureQueue);
      await exec('rabbitmqctl', 'delete_user', USER);
    },
  };
}
