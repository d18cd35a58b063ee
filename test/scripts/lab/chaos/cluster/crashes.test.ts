import { expect, test } from '@jest/globals';
import { crashesIn } from '../../../../../scripts/lab/chaos/cluster/crashes.ts';
import { POD, type PodObject } from '../../../../../scripts/operate/cluster/pod.ts';

function pod(name: string, container: string, restartCount: number): PodObject {
  const status = { name: container, ready: true, restartCount, state: {} };
  return POD.parse({ metadata: { name }, status: { containerStatuses: [status] } });
}

const line = (message: string) => JSON.stringify({ level: 'error', message });
const LOGS: Readonly<Record<string, string>> = {
  'order-1': [line('waiting for Kafka'), line('uncaught exception')].join('\n'),
  'user-1': line('the store is away'),
};

test('a service that an error ended is told; one that gave up, a server and one that was never restarted are not', async () => {
  const crashes = await crashesIn({
    list: async () => [
      pod('order-1', 'order', 1),
      pod('user-1', 'user', 3),
      pod('kafka-0', 'kafka', 1),
      pod('payment-1', 'payment', 0),
    ],
    remove: async () => {},
    previousLog: async (name) => LOGS[name] ?? line('uncaught exception'),
  });
  expect(crashes).toEqual([expect.stringContaining('order-1: uncaught exception')]);
});
