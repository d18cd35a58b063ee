import { expect, test } from '@jest/globals';
import { killPod } from '../../../../../scripts/lab/chaos/cluster/kill-pod.ts';
import type { ShopPods } from '../../../../../scripts/lab/chaos/cluster/shop-pods.ts';
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

/** Pods that are one after the other of `looks`, and the last for ever. */
function pods(looks: readonly (readonly PodObject[])[]): ShopPods & { readonly removed: unknown[] } {
  const removed: unknown[] = [];
  let look = 0;
  return {
    removed,
    list: async () => looks[Math.min(look++, looks.length - 1)] ?? [],
    remove: async (name, graceSeconds) => void removed.push([name, graceSeconds]),
    previousLog: async () => '',
  };
}

test('of a service dies the pod that has been there for longest, of those that are ready', async () => {
  const shop = pods([[pod('young', 5), pod('old', 2), pod('oldest', 1, false)]]);
  const { over } = await killPod(shop, 'order', async () => true, signal);
  await over;
  expect(shop.removed).toEqual([['old', 0]]);
});

test('one that is coming up is waited for', async () => {
  const shop = pods([[], [pod('only', 1, false)], [pod('only', 1)]]);
  await killPod(shop, 'order', async () => true, signal);
  expect(shop.removed).toEqual([['only', 0]]);
});

test('it ends when it is told to', async () => {
  const stopped = AbortSignal.abort(new Error('stopped'));
  await expect(killPod(pods([[]]), 'order', async () => true, stopped)).rejects.toThrow();
});
