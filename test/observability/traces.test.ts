import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { OtlpSpan } from '../services/kit/telemetry/otlp-receiver.ts';
import { until } from '../until.ts';
import { readTrace } from './jaeger-trace.ts';
import { readLogs } from './loki-logs.ts';
import { openPart, type PartClient } from './part-client.ts';
import { placeTracedOrder } from './traced-order.ts';

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
  const traceId = await placeTracedOrder();
  const services = (spans: readonly OtlpSpan[]) => new Set(spans.map(({ service }) => service));
  let latest: readonly OtlpSpan[] = [];
  const trace = await until(
    'the trace has the spans of every sidecar and process',
    async () => {
      latest = await readTrace(jaeger, traceId);
      return REPORTERS.every((service) => services(latest).has(service)) && latest;
    },
    { lastState: () => [...services(latest)] },
  );
  const ids = new Set(trace.map(({ spanId }) => spanId));
  const roots = trace.filter(({ parentSpanId = '' }) => !ids.has(parentSpanId));
  expect(roots.map(({ service }) => service)).toEqual(['istio-ingressgateway.istio-system']);
  const lines = await until('Loki has the logs of the trace', async () => {
    const logs = await readLogs(loki, `| trace_id="${traceId}"`);
    return logs.length > 0 && logs;
  });
  expect(lines.map(({ service }) => service)).toContain('gateway');
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
