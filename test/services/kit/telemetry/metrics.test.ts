import { expect, test } from '@jest/globals';
import { Metrics } from '../../../../services/kit/telemetry/metrics.ts';

test('counts by name and labels, in the format of Prometheus', () => {
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

test('a label holds any text', () => {
  const metrics = new Metrics();
  metrics.count('calls_total', { what: 'a "b"\\c\nd' });
  expect(metrics.text()).toContain('calls_total{what="a \\"b\\"\\\\c\\nd"} 1\n');
});

test('says what the process has used', () => {
  const text = new Metrics().text();
  expect(Number(/^process_cpu_seconds_total (.+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
  expect(Number(/^process_resident_memory_bytes (.+)$/m.exec(text)?.[1])).toBeGreaterThan(1_000_000);
});
