import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { createMetricProducer } from './metric-producer.ts';
import { EXPORT_TIMEOUT_MS, exporterOptions, resourceOf } from './otlp-settings.ts';
import type { ExportSource, SignalExport } from './telemetry.ts';

/** Starts to export the metrics of this process, the first time after one interval. */
export function exportMetrics(source: ExportSource): SignalExport {
  const interval = source.settings.OTEL_METRIC_EXPORT_INTERVAL;
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(exporterOptions(source, 'metrics')),
    exportIntervalMillis: interval,
    exportTimeoutMillis: Math.min(interval, EXPORT_TIMEOUT_MS),
    metricProducers: [createMetricProducer(source.metrics)],
  });
  // Not registered globally: the metrics of OpenTelemetry's own packages would repeat those of the kit.
  return new MeterProvider({ resource: resourceOf(source), readers: [reader] });
}
