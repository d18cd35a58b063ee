import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Metrics } from './metrics.ts';

/** Interval of the timer that measures the delay of the event loop, in milliseconds. */
const RESOLUTION_MS = 20;
/** Minimum time that a reading covers, in milliseconds, so that two readers do not shorten each other's. */
const MIN_WINDOW_MS = 5_000;

/**
 * Adds the CPU time, the memory and the event loop of the process to its metrics.
 * @returns a function that stops the measurement
 */
export function addProcessMetrics(metrics: Metrics): () => void {
  metrics.counter('process_cpu_seconds_total', {}, () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge('process_resident_memory_bytes', {}, () => process.memoryUsage.rss());
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let startedAt = performance.now();
  let startUse = performance.eventLoopUtilization();
  let lastReading: { readonly utilization: number; readonly p99Seconds: number } | undefined;
  const read = () => {
    const isComplete = performance.now() - startedAt >= MIN_WINDOW_MS;
    if (!isComplete && lastReading) return lastReading;
    const use = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(use, startUse);
    // The recorded times include the interval of the timer.
    const p99Seconds = Math.max(0, delays.percentile(99) / 1e9 - RESOLUTION_MS / 1e3);
    const reading = { utilization, p99Seconds };
    if (isComplete) {
      lastReading = reading;
      startedAt = performance.now();
      startUse = use;
      delays.reset();
    }
    return reading;
  };
  metrics.gauge('nodejs_eventloop_utilization_ratio', {}, () => read().utilization);
  metrics.gauge('nodejs_eventloop_delay_p99_seconds', {}, () => read().p99Seconds);
  return () => delays.disable();
}
