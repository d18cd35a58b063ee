import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { createMetricProducer } from '../../../../services/kit/telemetry/metric-producer.ts';
import { Metrics } from '../../../../services/kit/telemetry/metrics.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Starts a server that accepts OTLP/HTTP, and records the bodies that it receives. */
async function startCollector() {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await json(request));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics` };
}

test('exports counters, gauges and histograms over OTLP, cumulative since the start of the process', async () => {
  const { bodies, url } = await startCollector();
  const metrics = new Metrics();
  metrics.count('weft_events_published_total', { topic: 'orders' }, 3);
  metrics.gauge('process_resident_memory_bytes', {}, () => 42);
  const labels = { rpc_method: 'a.B/C', rpc_status_code: 'OK', weft_caller: 'gateway' };
  for (const value of [0.001, 0.002, 99]) metrics.observe('rpc_server_call_duration_seconds', labels, value);
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({ url }),
    exportIntervalMillis: 60_000,
    exportTimeoutMillis: 10_000,
    metricProducers: [createMetricProducer(metrics)],
  });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'order' }),
    readers: [reader],
  });
  await provider.forceFlush();
  metrics.count('weft_events_published_total', { topic: 'orders' });
  await provider.shutdown();

  const startTimeUnixNano = `${metrics.startedAt}000000`;
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const point = { startTimeUnixNano, timeUnixNano: expect.stringMatching(/^\d{19}$/) };
  expect(bodies).toHaveLength(2);
  expect(bodies[0]).toMatchObject({
    resourceMetrics: [
      {
        resource: { attributes: [attribute('service.name', 'order')] },
        scopeMetrics: [
          {
            scope: { name: 'weft' },
            metrics: [
              {
                name: 'weft_events_published_total',
                unit: '{event}',
                description: 'Events that the broker acknowledged',
                sum: {
                  aggregationTemporality: 2,
                  isMonotonic: true,
                  dataPoints: [{ ...point, attributes: [attribute('topic', 'orders')], asDouble: 3 }],
                },
              },
              {
                name: 'process_resident_memory_bytes',
                unit: 'By',
                gauge: { dataPoints: [{ asDouble: 42 }] },
              },
              {
                name: 'rpc_server_call_duration_seconds',
                unit: 's',
                histogram: {
                  aggregationTemporality: 2,
                  dataPoints: [
                    {
                      ...point,
                      count: 3,
                      sum: 99.003,
                      bucketCounts: [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  });
  expect(JSON.stringify(bodies[1])).toContain('"asDouble":4');
});
