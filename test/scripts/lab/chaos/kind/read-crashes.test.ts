import { expect, test } from '@jest/globals';
import { readCrashes } from '../../../../../scripts/lab/chaos/kind/read-crashes.ts';
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

test('reports uncaught errors of restarted services, not orderly exits, servers or containers without a restart', async () => {
  const crashes = await readCrashes({
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
