import { expect, test } from '@jest/globals';
import { killPod } from '../../../../../scripts/lab/chaos/kind/kill-pod.ts';
import type { PodClient } from '../../../../../scripts/lab/testbed/pod-client.ts';
import { POD, type PodObject } from '../../../../../scripts/operate/cluster/pod.ts';

const { signal } = new AbortController();

function pod(name: string, minute: number, ready = true): PodObject {
  return POD.parse({
    metadata: {
      name,
      uid: `uid of ${name}`,
      labels: { app: 'order' },
      creationTimestamp: `2026-01-01T00:0${minute}:00Z`,
    },
    spec: { containers: [] },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'order', ready, restartCount: 0, state: {} }],
    },
  });
}

/** Creates a client that lists one element of `polls` per call, and the last one forever. */
function createClient(
  polls: readonly (readonly PodObject[])[],
): PodClient & { readonly removals: unknown[] } {
  const removals: unknown[] = [];
  let poll = 0;
  return {
    removals,
    list: async () => polls[Math.min(poll++, polls.length - 1)] ?? [],
    remove: async (name, graceSeconds) => void removals.push([name, graceSeconds]),
    previousLog: async () => '',
  };
}

test('kills the oldest ready pod of a service', async () => {
  const client = createClient([[pod('young', 5), pod('old', 2), pod('oldest', 1, false)]]);
  const { completion } = await killPod(client, 'order', async () => true, signal);
  await completion;
  expect(client.removals).toEqual([['old', 0]]);
});

test('waits for a pod that is starting', async () => {
  const client = createClient([[], [pod('only', 1, false)], [pod('only', 1)]]);
  await killPod(client, 'order', async () => true, signal);
  expect(client.removals).toEqual([['only', 0]]);
});

test('stops when the signal aborts', async () => {
  const stopped = AbortSignal.abort(new Error('stopped'));
  await expect(killPod(createClient([[]]), 'order', async () => true, stopped)).rejects.toThrow();
});
