import { expect, test } from '@jest/globals';
import { Metrics } from '../../../../services/kit/telemetry/metrics.ts';

test('writes counters by name and labels in the format of Prometheus', () => {
  const metrics = new Metrics();
  metrics.count('calls_total', { call: 'product', kind: 'retried' });
  metrics.count('calls_total', { call: 'product', kind: 'retried' });
  metrics.count('calls_total', { call: 'order', kind: 'retried' });
  const lines = metrics.text().split('\n');
  expect(lines.slice(0, 3)).toEqual([
    '# TYPE calls_total counter',
    'calls_total{call="product",kind="retried"} 2',
    'calls_total{call="order",kind="retried"} 1',
  ]);
});

test('escapes the text of a label', () => {
  const metrics = new Metrics();
  metrics.count('calls_total', { what: 'a "b"\\c\nd' });
  expect(metrics.text()).toContain('calls_total{what="a \\"b\\"\\\\c\\nd"} 1\n');
});

test('writes the CPU time and memory of the process', () => {
  const text = new Metrics().text();
  expect(Number(/^process_cpu_seconds_total (.+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
  expect(Number(/^process_resident_memory_bytes (.+)$/m.exec(text)?.[1])).toBeGreaterThan(1_000_000);
});

test('a gauge has the current value, and a counter may grow by more than one', () => {
  const metrics = new Metrics();
  metrics.setGauge('waiting', { topic: 'orders' }, 3);
  metrics.setGauge('waiting', { topic: 'orders' }, 2);
  metrics.count('events_total', { topic: 'orders' }, 5);
  metrics.count('events_total', { topic: 'orders' });
  expect(metrics.text().split('\n').slice(0, 4)).toEqual([
    '# TYPE events_total counter',
    'events_total{topic="orders"} 6',
    '# TYPE waiting gauge',
    'waiting{topic="orders"} 2',
  ]);
});

test('histogram buckets count the values up to their bound', () => {
  const metrics = new Metrics();
  const lag = { name: 'lag_seconds', bounds: [0.1, 1] };
  for (const value of [0.1, 0.25, 0.5, 4]) metrics.observe(lag, { topic: 'orders' }, value);
  metrics.observe(lag, {}, 0);
  expect(metrics.text().split('\n').slice(0, 11)).toEqual([
    '# TYPE lag_seconds histogram',
    'lag_seconds_bucket{topic="orders",le="0.1"} 1',
    'lag_seconds_bucket{topic="orders",le="1"} 3',
    'lag_seconds_bucket{topic="orders",le="+Inf"} 4',
    'lag_seconds_sum{topic="orders"} 4.85',
    'lag_seconds_count{topic="orders"} 4',
    'lag_seconds_bucket{le="0.1"} 1',
    'lag_seconds_bucket{le="1"} 1',
    'lag_seconds_bucket{le="+Inf"} 1',
    'lag_seconds_sum{} 0',
    'lag_seconds_count{} 1',
  ]);
});
