import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { type CallChanges, withCalls } from '../cluster/changed-calls.ts';
import { inboundRequests, statistics, withFailingPod } from '../cluster/failing-pod.ts';
import { podsOf } from '../cluster/pods.ts';
import { administrator, createProduct } from '../cluster/shop.ts';
import { ask } from '../shop/customer.ts';
import { until } from '../until.ts';

/** The gateway's calls to product, which share the DestinationRule of the pair. */
const TO_PRODUCT = ['gateway/product', 'gateway/product-changes', 'gateway/product-streams'];
const all = (change: CallChanges[string]): CallChanges =>
  Object.fromEntries(TO_PRODUCT.map((name) => [name, change]));

const EJECTING = all({
  outlierDetection: {
    consecutiveErrors: 5,
    interval: '1s',
    // Longer than the test, so that an ejected pod stays ejected.
    baseEjectionTime: '10m',
    maxEjectionPercent: 50,
  },
});

/** Requests the catalogue sequentially, and returns the number of answers by status. */
async function listProducts(times: number): Promise<Readonly<Record<number, number>>> {
  const shop = await readGatewayAddress();
  const statuses: Record<number, number> = {};
  for (let time = 0; time < times; time += 1) {
    const { status } = await ask(shop, 'GET', '/v1/products?limit=1');
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

/** Returns a counter of each gateway proxy for calls to v1 of product. */
async function proxyCounters(statistic: string): Promise<readonly number[]> {
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

test('retries hide a failing pod until every caller has ejected it', async () => {
  await withCalls(EJECTING, () =>
    withFailingPod(async (pod) => {
      await until('every proxy of the gateway has ejected the pod', async () => {
        expect(await listProducts(20)).toEqual({ 200: 20 });
        const active = await proxyCounters('outlier_detection_ejections_active');
        return active.length === 2 && active.every((count) => count === 1);
      });
      const podRequests = await inboundRequests(pod);
      // Five in a row for each of two callers. The callee counted each failure; the client received none.
      expect(podRequests.errors).toBe(podRequests.requests);
      expect(podRequests.requests).toBeGreaterThanOrEqual(10);
      for (const retries of await proxyCounters('upstream_rq_retry'))
        expect(retries).toBeGreaterThanOrEqual(5);
      // A proxy that receives its clusters again forgets its ejections, and ejects the pod again.
      await until('a hundred requests need no retry', async () => {
        const retries = await proxyCounters('upstream_rq_retry');
        expect(await listProducts(100)).toEqual({ 200: 100 });
        return isDeepStrictEqual(await proxyCounters('upstream_rq_retry'), retries);
      });
      process.stdout.write(
        `ejected after ${podRequests.requests} failed attempts; no client received a failure\n`,
      );
    }),
  );
});

test('a declared fault aborts, then delays, all streams of a call', async () => {
  const shop = await readGatewayAddress();
  const path = `/v1/products/${await createProduct(1)}/stock/events`;
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
      expect(await timeToFirstEvent(shop + path)).toBeGreaterThanOrEqual(700);
    },
  );
  const response = await fetch(shop + path);
  expect(response.status).toBe(200);
  await response.body?.cancel();
});

/** Returns the milliseconds until the first event of a stream. */
async function timeToFirstEvent(url: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(url);
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(new TextDecoder().decode(value)).toContain('stock');
  const elapsedMs = performance.now() - start;
  await reader?.cancel();
  return elapsedMs;
}

test('requests above a limit are refused at once with a 503 problem document', async () => {
  const admin = await administrator();
  const id = await createProduct(1);
  const limits = { connections: 1, pendingRequests: 1, requests: 1, concurrentRetries: 1 };
  await withCalls(all({ limits }), async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => admin.send('PUT', `/v1/products/${id}/stock`, { quantity: 2 })),
    );
    const refusals = answers.filter(({ status }) => status !== 200);
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals.length).toBeLessThan(answers.length);
    for (const { status, headers, body } of refusals) {
      expect(status).toBe(503);
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(body).toMatchObject({ code: 'overloaded', title: 'Overloaded' });
      expect(body.detail).toContain('the maximum number of concurrent requests is reached');
    }
    process.stdout.write(`${answers.length} at once: ${refusals.length} refused by the limit\n`);
  });
});
