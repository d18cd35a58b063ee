import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { loadEnvironment } from '../../charts/environments.ts';
import { Shop } from '../../charts/shop.ts';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { placeFirstOrder } from '../../scripts/operate/local/first-order.ts';
import { ask, Customer } from '../shop/customer.ts';
import { until } from '../until.ts';
import { type KialiGraph, readFindings } from './kiali-api.ts';
import { openPart, type PartClient } from './part-client.ts';

let kiali: PartClient;

beforeAll(async () => {
  kiali = await openPart('kiali', 20_001);
});

afterAll(() => kiali?.close());

const shop = new Shop(new App(), loadEnvironment('kind'));

/** Istiod, which has no sidecar, fetches the public keys of tokens from the edge. */
const ISTIOD = 'unknown > gateway';

/** The pairs between which the graph declares a call, the edge, the scrapes of monitoring and the exports of telemetry. */
const DECLARED = new Set([
  ...shop.calls.map(({ caller, callee }) => `${caller.name} > ${callee.name}`),
  ...shop.services.flatMap(({ name }) => [`prometheus > ${name}`, `${name} > opentelemetry-collector`]),
  'istio-ingressgateway > gateway',
]);

/** Sends requests that make every declared call. */
async function callAll(): Promise<void> {
  const address = await readGatewayAddress();
  await placeFirstOrder(address, AbortSignal.timeout(60_000));
  const customer = await Customer.register(address);
  await customer.get('/v1/orders');
  await customer.get('/v1/notifications');
  await ask(address, 'GET', '/v1/products');
}

interface Edge {
  readonly pair: string;
  readonly mtlsPercent: string | undefined;
}

async function edges(): Promise<readonly Edge[]> {
  const { elements } = await kiali.get<KialiGraph>('/api/namespaces/graph', {
    namespaces: 'shop',
    graphType: 'app',
    duration: '600s',
    injectServiceNodes: 'false',
    appenders: 'deadNode,securityPolicy',
  });
  const apps = new Map(
    elements.nodes.map(({ data }) => [data.id, data.app ?? data.workload ?? data.service ?? '']),
  );
  return (
    elements.edges
      .map(({ data }) => ({
        pair: `${apps.get(data.source)} > ${apps.get(data.target)}`,
        mtlsPercent: data.isMTLS,
      }))
      // Sidecars forward connections to the database as TCP, which is not a call of the graph.
      .filter(({ pair }) => pair !== ISTIOD && !pair.endsWith('> postgres'))
  );
}

describe('the graph of Kiali', () => {
  test('has exactly the declared calls as edges, with mutual TLS on each', async () => {
    let last: readonly Edge[] = [];
    await until(
      'every declared call has an edge',
      async () => {
        await callAll();
        last = await edges();
        const pairs = new Set(last.map(({ pair }) => pair));
        return [...DECLARED].every((pair) => pairs.has(pair));
      },
      { timeoutMs: 180_000, intervalMs: 5_000, lastState: () => last },
    );
    expect([...new Set(last.map(({ pair }) => pair))].sort()).toEqual([...DECLARED].sort());
    expect(last.filter(({ mtlsPercent }) => mtlsPercent !== '100')).toEqual([]);
  });
});

test('no validation of Kiali reports anything on the objects of the shop and of the stack', async () => {
  const findings = await until('Kiali has validated the objects', async () => {
    const result = await readFindings(kiali, ['shop', 'monitoring']);
    return result.validated > 0 && result.findings;
  });
  expect(findings).toEqual([]);
});

test('Kiali reaches Prometheus and Jaeger', async () => {
  const statuses = await kiali.get<readonly { name: string; status: string }[]>('/api/istio/status');
  const bad = statuses.filter(({ name, status }) => /prometheus|tracing/.test(name) && status !== 'Healthy');
  expect(bad).toEqual([]);
});
