import { expect, test } from '@jest/globals';
import { parseLogs } from '../../../../../mesh/run/dashboard/otlp/parse-logs.ts';
import { parseMetrics } from '../../../../../mesh/run/dashboard/otlp/parse-metrics.ts';
import { parseSpans } from '../../../../../mesh/run/dashboard/otlp/parse-spans.ts';
import { generateGraph } from '../../../../../scripts/lab/bench/dashboard/generate-graph.ts';
import {
  type OtlpRequest,
  ServiceExporter,
} from '../../../../../scripts/lab/bench/dashboard/service-exporter.ts';
import { TraceGenerator } from '../../../../../scripts/lab/bench/dashboard/trace-generator.ts';
import { SeededRandom } from '../../../../../scripts/lab/chaos/seeded-random.ts';

const NOW_US = 1_800_000_000_000_000;

/** Creates an exporter with the spans of some traces, as if one service had all of them. */
function createExporter(traceCount: number) {
  const graph = generateGraph({ services: 30, calls: 90 }, 1);
  const generator = new TraceGenerator(graph, new SeededRandom(1, 1));
  const exporter = new ServiceExporter('service-001');
  let spans = 0;
  for (let trace = 0; trace < traceCount; trace++) {
    const { traceId, spans: records } = generator.next();
    for (const record of records) exporter.add(traceId, record, NOW_US);
    spans += records.length;
  }
  return { exporter, spans };
}

function bodies(requests: readonly OtlpRequest[], path: OtlpRequest['path']): readonly unknown[] {
  return requests.filter((request) => request.path === path).map(({ body }) => JSON.parse(body));
}

test('encodes spans and logs as requests that the dashboard accepts, in batches of at most 128', () => {
  const { exporter, spans } = createExporter(20);
  const requests = exporter.takeRecords();
  const parsedSpans = bodies(requests, '/v1/traces').map(parseSpans);
  expect(parsedSpans.flatMap(({ refusals }) => refusals)).toEqual([]);
  expect(parsedSpans.flatMap(({ records }) => records)).toHaveLength(spans);
  for (const { records } of parsedSpans) expect(records.length).toBeLessThanOrEqual(128);
  const parsedLogs = bodies(requests, '/v1/logs').map(parseLogs);
  expect(parsedLogs.flatMap(({ refusals }) => refusals)).toEqual([]);
  expect(parsedLogs.flatMap(({ records }) => records).length).toBeGreaterThanOrEqual(20);
});

test('exports each record once', () => {
  const { exporter } = createExporter(1);
  expect(exporter.takeRecords()).not.toEqual([]);
  expect(exporter.takeRecords()).toEqual([]);
});

test('exports cumulative histograms of the calls', () => {
  const { exporter } = createExporter(20);
  const { records, refusals } = parseMetrics(JSON.parse(exporter.metrics(NOW_US).body));
  expect(refusals).toEqual([]);
  expect(records.length).toBeGreaterThan(0);
  for (const { metric, value, histogram } of records) {
    expect(metric).toBe('rpc_client_call_duration_seconds');
    expect(histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(value);
  }
});
