import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePrometheus } from '../../../../scripts/operate/rollout/prometheus.ts';
import { createLog } from '../../../../services/kit/telemetry/log.ts';
import { formatMetrics } from '../../../../services/kit/telemetry/metric-text.ts';
import { Metrics } from '../../../../services/kit/telemetry/metrics.ts';
import { propertyRuns } from '../../../property-runs.ts';

/** Returns the lines of a metric without its comments. */
function samples(metrics: Metrics, name: string): readonly string[] {
  return formatMetrics(metrics, 'prometheus')
    .split('\n')
    .filter((line) => line.startsWith(name));
}

test('writes help, type and unit of a metric, and its values by labels', () => {
  const metrics = new Metrics();
  metrics.count('weft_events_received_total', { topic: 'orders', group: 'g', outcome: 'applied' });
  metrics.count('weft_events_received_total', { topic: 'orders', group: 'g', outcome: 'applied' }, 5);
  metrics.count('weft_events_received_total', { outcome: 'applied', group: 'h', topic: 'orders' });
  metrics.counter('process_cpu_seconds_total', {}, () => 1.5);
  metrics.setGauge('weft_outbox_events', { topic: 'orders' }, 3);
  metrics.setGauge('weft_outbox_events', { topic: 'orders' }, 2);
  expect(formatMetrics(metrics, 'prometheus').split('\n')).toEqual([
    '# HELP weft_events_received_total Events that a consumer completed: applied or dead-lettered; duplicates do not count',
    '# TYPE weft_events_received_total counter',
    'weft_events_received_total{topic="orders",group="g",outcome="applied"} 6',
    'weft_events_received_total{topic="orders",group="h",outcome="applied"} 1',
    '# HELP process_cpu_seconds_total CPU time of the process, user and system',
    '# TYPE process_cpu_seconds_total counter',
    'process_cpu_seconds_total 1.5',
    '# HELP weft_outbox_events Events in the outbox; each replica reports all of them',
    '# TYPE weft_outbox_events gauge',
    'weft_outbox_events{topic="orders"} 2',
    '',
  ]);
});

test('reads the value of a gauge with a function each time it is written', () => {
  const metrics = new Metrics();
  let connections = 1;
  metrics.gauge(
    'db_client_connection_max',
    { db_client_connection_pool_name: 'orders' },
    () => connections++,
  );
  const line = 'db_client_connection_max{db_client_connection_pool_name="orders"}';
  expect(samples(metrics, 'db_client_connection_max')).toEqual([`${line} 1`]);
  expect(samples(metrics, 'db_client_connection_max')).toEqual([`${line} 2`]);
});

test('counts the values of a histogram in buckets up to and including their bound', () => {
  const metrics = new Metrics();
  const labels = { topic: 'orders', group: 'g' };
  for (const value of [0.005, 0.006, 300, 301]) metrics.observe('weft_event_lag_seconds', labels, value);
  const lines = samples(metrics, 'weft_event_lag_seconds');
  const prefix = 'weft_event_lag_seconds_bucket{topic="orders",group="g",le=';
  expect(lines.slice(0, 2)).toEqual([`${prefix}"0.005"} 1`, `${prefix}"0.01"} 2`]);
  expect(lines.slice(-4)).toEqual([
    `${prefix}"300"} 3`,
    `${prefix}"+Inf"} 4`,
    'weft_event_lag_seconds_sum{topic="orders",group="g"} 601.011',
    'weft_event_lag_seconds_count{topic="orders",group="g"} 4',
  ]);
});

test('writes every label value so that Prometheus reads the same value', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', '{', ',') }),
  );
  fc.assert(
    fc.property(text, text, (topic, group) => {
      const metrics = new Metrics();
      metrics.setGauge('weft_dead_letters', { topic, group }, 1);
      const [sample] = parsePrometheus(formatMetrics(metrics, 'prometheus'));
      expect(sample?.labels).toEqual({ topic, group });
    }),
    { numRuns: propertyRuns(2_000) },
  );
});

test('keeps different label values in different series', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: (pair) => JSON.stringify(pair) }),
      (pairs) => {
        const metrics = new Metrics();
        for (const [topic, group] of pairs) metrics.setGauge('weft_dead_letters', { topic, group }, 1);
        expect([...metrics.families].flatMap(({ series }) => [...series])).toHaveLength(pairs.length);
      },
    ),
    { numRuns: propertyRuns(1_000) },
  );
});

test('records a million label values in bounded memory, and reports the cap', () => {
  const lines: string[] = [];
  const metrics = new Metrics({ log: createLog({}, { write: (line) => lines.push(line) }) });
  const result = 'a'.repeat(100);
  for (let at = 0; at < 1_000_000; at++)
    metrics.count('weft_reconciliation_runs_total', { result: result + at });
  const runs = samples(metrics, 'weft_reconciliation_runs_total');
  expect(runs).toHaveLength(2_001);
  expect(runs.at(-1)).toBe('weft_reconciliation_runs_total{result="other"} 998000');
  expect(samples(metrics, 'weft_metric_series_dropped_total')).toEqual([
    'weft_metric_series_dropped_total{weft_metric="weft_reconciliation_runs_total"} 998000',
  ]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      level: 'warn',
      metric: 'weft_reconciliation_runs_total',
      maxSeries: 2_000,
      setting: 'WEFT_METRIC_SERIES',
    },
  ]);
});

test('counts values above the cap in the series that really has the labels other', () => {
  const metrics = new Metrics({ maxSeries: 1 });
  for (const topic of ['other', 'a', 'b']) metrics.count('weft_events_published_total', { topic });
  expect(samples(metrics, 'weft_events_published_total')).toEqual([
    'weft_events_published_total{topic="other"} 3',
  ]);
});

test('cuts a label value of a megabyte', () => {
  const metrics = new Metrics();
  for (const end of ['a', 'b'])
    metrics.count('weft_events_published_total', { topic: 'x'.repeat(1e6) + end });
  expect(samples(metrics, 'weft_events_published_total')).toEqual([
    `weft_events_published_total{topic="${'x'.repeat(256)}"} 2`,
  ]);
});
