import { hostname } from 'node:os';
import { logs, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { ATTR_SERVICE_INSTANCE_ID } from '@opentelemetry/semantic-conventions/incubating';
import { countDrops } from './count-drops.ts';
import { createMetricProducer } from './metric-producer.ts';
import type { Telemetry, TelemetrySource } from './telemetry.ts';
import { traceStatements } from './trace-statements.ts';

/** Spans and log lines that wait for the collector. The oldest are exported first; new ones are dropped. */
const MAX_QUEUE_SIZE = 2_048;
const MAX_BATCH_SIZE = 512;
/** An export without a response is abandoned after this time, including its retries. */
const EXPORT_TIMEOUT_MS = 5_000;
/** Time for the last export when the process stops. */
const CLOSE_TIMEOUT_MS = 2_000;
/** Values are cut here: a statement or message of a megabyte would fill the queue. */
const MAX_VALUE_LENGTH = 4_096;

/**
 * Starts the OpenTelemetry SDK. Assembled from its packages, because `@opentelemetry/sdk-node` also loads the
 * exporters of six other protocols: 0.25 s of CPU and 20 MiB per process.
 */
export function startSdk(source: TelemetrySource & { readonly endpoint: string }): Telemetry {
  const { settings, service, version, metrics, endpoint } = source;
  const resource = resourceFromAttributes({
    [ATTR_SERVICE_INSTANCE_ID]: `${hostname()}/${process.pid}`,
    ...(version !== undefined && { [ATTR_SERVICE_VERSION]: version }),
    ...settings.OTEL_RESOURCE_ATTRIBUTES,
    [ATTR_SERVICE_NAME]: service,
  });
  const exporter = (signal: string) => ({
    url: `${endpoint.replace(/\/$/, '')}/v1/${signal}`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
    concurrencyLimit: 1,
  });
  const batches = (signal: string) => ({
    maxQueueSize: MAX_QUEUE_SIZE,
    maxExportBatchSize: MAX_BATCH_SIZE,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    selfObsMeterProvider: countDrops(signal, metrics),
  });
  const providers: { shutdown(): Promise<void> }[] = [];
  if (settings.OTEL_TRACES_EXPORTER === 'otlp') {
    const provider = new TracerProvider({
      resource,
      sampler: new ParentBasedSampler({
        root: new TraceIdRatioBasedSampler(settings.OTEL_TRACES_SAMPLER_ARG),
      }),
      spanLimits: { attributeValueLengthLimit: MAX_VALUE_LENGTH },
      spanProcessors: [
        new BatchSpanProcessor({ exporter: new OTLPTraceExporter(exporter('traces')), ...batches('traces') }),
      ],
    });
    trace.setGlobalTracerProvider(provider);
    traceStatements();
    providers.push(provider);
  }
  if (settings.OTEL_LOGS_EXPORTER === 'otlp') {
    const provider = new LoggerProvider({
      resource,
      logRecordLimits: { attributeValueLengthLimit: MAX_VALUE_LENGTH },
      processors: [
        new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(exporter('logs')), ...batches('logs') }),
      ],
    });
    logs.setGlobalLoggerProvider(provider);
    providers.push(provider);
  }
  if (settings.OTEL_METRICS_EXPORTER === 'otlp') {
    const interval = settings.OTEL_METRIC_EXPORT_INTERVAL;
    const reader = new PeriodicExportingMetricReader({
      exporter: new OTLPMetricExporter(exporter('metrics')),
      exportIntervalMillis: interval,
      exportTimeoutMillis: Math.min(interval, EXPORT_TIMEOUT_MS),
      metricProducers: [createMetricProducer(metrics)],
    });
    // Not registered globally: the packages' own metrics would repeat ours.
    providers.push(new MeterProvider({ resource, readers: [reader] }));
  }
  return {
    async close() {
      const timeout = Promise.withResolvers<void>();
      const timer = setTimeout(timeout.resolve, CLOSE_TIMEOUT_MS);
      await Promise.race([
        timeout.promise,
        Promise.allSettled(providers.map((provider) => provider.shutdown())),
      ]);
      clearTimeout(timer);
    },
  };
}
