import { createNoopMeter, type MeterProvider } from '@opentelemetry/api';
import type { Metrics } from './metrics.ts';

/**
 * Returns a meter provider for a batch processor of the OpenTelemetry SDK, which reports the records that it has
 * processed. Those with an error, such as `queue_full`, were dropped and are counted in `weft_telemetry_dropped_total`.
 */
export function countDrops(signal: string, metrics: Metrics): MeterProvider {
  const meter = createNoopMeter();
  const count = (reason: 'queue-full' | 'export-failed', dropped: number) =>
    metrics.count('weft_telemetry_dropped_total', { weft_signal: signal, weft_reason: reason }, dropped);
  count('queue-full', 0);
  count('export-failed', 0);
  const counter: ReturnType<typeof meter.createCounter> = {
    add(dropped, attributes) {
      const error = attributes?.['error.type'];
      if (error === undefined) return;
      count(error === 'queue_full' ? 'queue-full' : 'export-failed', dropped);
    },
  };
  // Inherits the other instruments, which record nothing.
  return { getMeter: () => Object.assign(Object.create(meter), { createCounter: () => counter }) };
}
