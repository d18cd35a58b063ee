import { expect, test } from '@jest/globals';
import { formatMetrics } from '../../../../services/kit/telemetry/metric-text.ts';
import { Metrics } from '../../../../services/kit/telemetry/metrics.ts';
import { addProcessMetrics } from '../../../../services/kit/telemetry/process-metrics.ts';

test('reports the CPU time, the memory and the event loop of the process', () => {
  const metrics = new Metrics();
  const stop = addProcessMetrics(metrics);
  const text = formatMetrics(metrics, 'prometheus');
  stop();
  const read = (name: string) => Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
  expect(read('process_cpu_seconds_total')).toBeGreaterThan(0);
  expect(read('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
  expect(read('nodejs_eventloop_utilization_ratio')).toBeGreaterThanOrEqual(0);
  expect(read('nodejs_eventloop_delay_p99_seconds')).toBeGreaterThanOrEqual(0);
  expect(text).toContain('# UNIT nodejs_eventloop_delay_p99_seconds seconds');
});
