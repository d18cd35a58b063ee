import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import { gatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { ask } from '../shop/customer.ts';
import { until } from '../until.ts';
import { type CallChanges, withCalls } from './changed-calls.ts';
import { received, statistics, withFailingPod } from './failing-pod.ts';
import { podsOf } from './pods.ts';
import { administrator, makeProduct } from './shop.ts';

/** The gateway's calls to product: they share what the mesh keeps for the two. */
const TO_PRODUCT = ['gateway/product', 'gateway/product-changes', 'gateway/product-streams'];
const all = (change: CallChanges[string]): CallChanges =>
  Object.fromEntries(TO_PRODUCT.map((name) => [name, change]));

const EJECTING = all({
  outlierDetection: {
    consecutiveErrors: 5,
    interval: '1s',
    // Longer than the test: a pod that is out stays out.
    baseEjectionTime: '10m',
    maxEjectionPercent: 50,
  },
});

/** Looks at products, one look after the other; answers how many were answered what. */
async function look(times: number): Promise<Readonly<Record<number, number>>> {
  const shop = await gatewayAddress();
  const statuses: Record<number, number> = {};
  for (let time = 0; time < times; time += 1) {
    const { status } = await ask(shop, 'GET', '/v1/products?limit=1');
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

/** What the proxy of each pod of the gateway counts of its calls to product's v1. */
async function counted(statistic: string): Promise<readonly number[]> {
  const pods = await podsOf('gateway');
  return Promise.all(
    pods.map(async ({ pod }) =>
      (await statistics(pod))
        .filter(
          ({ name, labels }) =>
            name === `envoy_cluster_${statistic}` &&
            labels.cluster_name?.startsWith('outbound|50051|v1|product.'),
        )
        .reduce((sum, { value }) => sum + value, 0),
    ),
  );
}

test('a pod that fails is hidden by retries, then ejected by every caller, and gets nothing more', async () => {
  await withCalls(EJECTING, () =>
    withFailingPod(async (pod) => {
      await until('every proxy of the gateway has ejected the pod', async () => {
        expect(await look(20)).toEqual({ 200: 20 });
        const active = await counted('outlier_detection_ejections_active');
        return active.length === 2 && active.every((count) => count === 1);
      });
      const failed = await received(pod);
      // Five in a row for each of two callers; each failure was seen by the callee, and none by the client.
      expect(failed.errors).toBe(failed.requests);
      expect(failed.requests).toBeGreaterThanOrEqual(10);
      for (const retries of await counted('upstream_rq_retry')) expect(retries).toBeGreaterThanOrEqual(5);
      // A proxy that is given its clusters anew forgets whom it ejected, and finds out again.
      await until('a hundred looks need no retry', async () => {
        const retries = await counted('upstream_rq_retry');
        expect(await look(100)).toEqual({ 200: 100 });
        return isDeepStrictEqual(await counted('upstream_rq_retry'), retries);
      });
      process.stdout.write(`ejected after ${failed.requests} failed tries; no client saw one\n`);
    }),
  );
});

test('a fault that the graph declares is injected: all streams of a call are refused, then all are late', async () => {
  const shop = await gatewayAddress();
  const path = `/v1/products/${await makeProduct(1)}/stock/events`;
  await withCalls(
    { 'gateway/product-streams': { fault: { abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } } } },
    async () => {
      const { status, body } = await ask(shop, 'GET', path);
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' });
      expect((await ask(shop, 'GET', '/v1/products?limit=1')).status).toBe(200);
    },
  );
  await withCalls(
    { 'gateway/product-streams': { fault: { delay: { percent: 100, duration: '700ms' } } } },
    async () => {
      expect(await firstEvent(shop + path)).toBeGreaterThanOrEqual(700);
    },
  );
  const response = await fetch(shop + path);
  expect(response.status).toBe(200);
  await response.body?.cancel();
});

/** Milliseconds until the first event of a stream. */
async function firstEvent(url: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(url);
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(new TextDecoder().decode(value)).toContain('stock');
  const took = performance.now() - start;
  await reader?.cancel();
  return took;
}

test('more requests than a limit allows are refused at once, with a clear 503', async () => {
  const admin = await administrator();
  const id = await makeProduct(1);
  const limits = { connections: 1, pendingRequests: 1, requests: 1, concurrentRetries: 1 };
  await withCalls(all({ limits }), async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => admin.send('PUT', `/v1/products/${id}/stock`, { quantity: 2 })),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(answers.length);
    for (const { status, headers, body } of refused) {
      expect(status).toBe(503);
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(body).toMatchObject({ code: 'overloaded', title: 'Overloaded' });
      expect(body.detail).toContain('as many requests are under way as a limit allows');
    }
    process.stdout.write(`${answers.length} at once: ${refused.length} refused by the limit\n`);
  });
});
