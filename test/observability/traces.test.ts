import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { createProduct } from '../cluster/shop.ts';
import { Customer } from '../shop/customer.ts';
import { until } from '../until.ts';
import { openPart, type PartClient } from './part-client.ts';

interface Span {
  readonly spanID: string;
  readonly operationName: string;
  readonly processID: string;
  readonly references: readonly { readonly refType: string; readonly spanID: string }[];
  readonly tags: readonly { readonly key: string; readonly value: unknown }[];
}

interface Trace {
  readonly traceID: string;
  readonly spans: readonly Span[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

interface LokiAnswer {
  readonly data: { readonly result: readonly { readonly stream: Readonly<Record<string, string>> }[] };
}

let jaeger: PartClient;
let loki: PartClient;

beforeAll(async () => {
  jaeger = await openPart('jaeger', 16_686);
  loki = await openPart('loki', 3_100);
});

afterAll(async () => {
  await jaeger?.close();
  await loki?.close();
});

/** Services that take part in an order. Sidecars report as `<service>.<namespace>`, processes as `<service>`. */
const SERVICES = ['gateway', 'order', 'payment', 'product'];
const REPORTERS = [...SERVICES, ...SERVICES.map((service) => `${service}.shop`), 'notification'];

test('the trace of an order through the ingress gateway is one tree of the spans of sidecars and processes', async () => {
  const customer = await Customer.register(await readGatewayAddress());
  const productId = await createProduct(5);
  const traceId = randomUUID().replaceAll('-', '');
  const { status } = await customer.send(
    'POST',
    '/v1/orders',
    { items: [{ productId, quantity: 1 }], payment: { token: 'tok_ok' } },
    { 'idempotency-key': randomUUID(), traceparent: `00-${traceId}-${traceId.slice(16)}-01` },
  );
  expect(status).toBe(201);
  const services = ({ spans, processes }: Trace) =>
    new Set(spans.map(({ processID }) => processes[processID]?.serviceName ?? ''));
  let latest: Trace | undefined;
  const trace = await until(
    'the trace has the spans of every sidecar and process',
    async () => {
      [latest] = (
        await jaeger.get<{ data: readonly Trace[] }>(`/api/traces/${traceId}`).catch(() => ({ data: [] }))
      ).data;
      return latest && REPORTERS.every((service) => latest && services(latest).has(service)) && latest;
    },
    { lastState: () => latest && [...services(latest)] },
  );
  const ids = new Set(trace.spans.map(({ spanID }) => spanID));
  const roots = trace.spans.filter(({ references }) => references.every(({ spanID }) => !ids.has(spanID)));
  expect(roots.map(({ processID }) => trace.processes[processID]?.serviceName)).toEqual([
    'istio-ingressgateway.istio-system',
  ]);
  const lines = await until('Loki has the logs of the trace', async () => {
    const { data } = await loki.get<LokiAnswer>('/loki/api/v1/query_range', {
      query: `{service_name=~".+"} | trace_id="${traceId}"`,
      since: '10m',
    });
    return data.result.length > 0 && data.result;
  });
  expect(lines.map(({ stream }) => stream.service_name)).toContain('order');
});

test('the collector drops the spans of sidecars about telemetry itself', async () => {
  const { data } = await jaeger.get<{ data: readonly string[] | null }>('/api/services');
  const names = data ?? [];
  expect(names.filter((name) => name.endsWith('.monitoring'))).toEqual([]);
  for (const service of names.filter((name) => name.endsWith('.shop'))) {
    const { data: operations } = await jaeger.get<{ data: readonly string[] }>(
      `/api/services/${service}/operations`,
    );
    expect(operations.filter((name) => name.includes('opentelemetry'))).toEqual([]);
  }
});
