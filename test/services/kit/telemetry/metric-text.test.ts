import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chooseMetricFormat } from '../../../../services/kit/telemetry/metric-format.ts';
import { formatMetrics } from '../../../../services/kit/telemetry/metric-text.ts';
import { Metrics } from '../../../../services/kit/telemetry/metrics.ts';
import { propertyRuns } from '../../../property-runs.ts';
import { parseOpenMetrics } from './parse-openmetrics.ts';

const TRACE = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

test('writes OpenMetrics with the last exemplar of each bucket', () => {
  const metrics = new Metrics();
  const labels = { rpc_method: 'a.B/C', rpc_status_code: 'OK', weft_caller: 'gateway' };
  const observe = (value: number, spanId?: string) =>
    metrics.observe(
      'rpc_server_call_duration_seconds',
      labels,
      value,
      spanId ? { ...TRACE, spanId } : undefined,
    );
  observe(0.03, '1111111111111111');
  observe(0.04, TRACE.spanId);
  observe(0.045);
  observe(20, '3333333333333333');
  metrics.counter('process_cpu_seconds_total', {}, () => 2.5);
  const [duration, cpu] = parseOpenMetrics(formatMetrics(metrics, 'openmetrics'));
  expect(duration).toMatchObject({
    type: 'histogram',
    unit: 'seconds',
    help: 'Duration of served gRPC calls',
  });
  const exemplars = duration?.samples.filter(({ exemplar }) => exemplar);
  expect(exemplars?.map(({ labels: { le }, exemplar }) => [le, exemplar])).toEqual([
    [
      '0.05',
      { labels: { trace_id: TRACE.traceId, span_id: TRACE.spanId }, value: 0.04, time: expect.any(Number) },
    ],
    ['+Inf', expect.objectContaining({ value: 20 })],
  ]);
  expect(exemplars?.[0]?.exemplar?.time).toBeGreaterThan(Date.now() / 1_000 - 60);
  expect(cpu).toMatchObject({
    name: 'process_cpu_seconds',
    unit: 'seconds',
    samples: [{ name: 'process_cpu_seconds_total', value: 2.5 }],
  });
});

test('writes no exemplar in the format of Prometheus, which has none', () => {
  const metrics = new Metrics();
  metrics.observe('weft_event_lag_seconds', { topic: 't', group: 'g' }, 1, TRACE);
  expect(formatMetrics(metrics, 'prometheus')).not.toContain(TRACE.traceId);
});

test('writes OpenMetrics that a strict parser reads back, whatever the labels and values are', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 });
  const value = fc.oneof(fc.double(), fc.integer());
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, value), { maxLength: 20 }), (entries) => {
      const metrics = new Metrics({ maxSeries: 10 });
      for (const [topic, group, number] of entries) {
        metrics.setGauge('weft_dead_letters', { topic, group }, number);
        metrics.count('weft_events_published_total', { topic });
        metrics.observe('weft_event_lag_seconds', { topic, group }, number, TRACE);
      }
      const expected = new Map(
        entries.map(([topic, group, number]) => [JSON.stringify([topic, group]), number] as const),
      );
      const parsed = parseOpenMetrics(formatMetrics(metrics, 'openmetrics'));
      const gauges = parsed.find(({ name }) => name === 'weft_dead_letters')?.samples ?? [];
      expect(gauges).toHaveLength(Math.min(expected.size, 11));
      if (expected.size > 10) return;
      // The sign of zero is lost, as in every text format.
      for (const { labels, value: read } of gauges)
        expect(read + 0).toBe((expected.get(JSON.stringify([labels.topic, labels.group])) ?? 0) + 0);
    }),
    { numRuns: propertyRuns(250) },
  );
});

test.each([
  [
    'openmetrics',
    'application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  ],
  ['openmetrics', 'application/openmetrics-text'],
  ['openmetrics', 'text/plain, application/OpenMetrics-Text; version="1.0.0"; charset=utf-8'],
  ['prometheus', undefined],
  ['prometheus', '*/*'],
  ['prometheus', 'text/plain;q=0.9, application/openmetrics-text;q=0.5'],
  ['prometheus', 'application/openmetrics-text;q=0'],
  ['prometheus', 'application/openmetrics-text;version=2.0.0'],
  ['prometheus', 'application/openmetrics-text;q=x'],
] as const)('chooses %s for the header %s', (format, accept) => {
  expect(chooseMetricFormat(accept)).toBe(format);
});
