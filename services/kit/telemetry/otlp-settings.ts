import { hostname } from 'node:os';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { ATTR_SERVICE_INSTANCE_ID } from '@opentelemetry/semantic-conventions/incubating';
import { countDrops } from './count-drops.ts';
import type { ExportSource } from './telemetry.ts';

/** Records that wait for the collector. Further ones are dropped. */
const MAX_QUEUE_SIZE = 2_048;
/**
 * Records per export. To convert a record takes about 20 us, during which the process handles no request: the 512 of the
 * SDK would add 10 ms to the latency of some requests.
 */
const MAX_BATCH_SIZE = 128;
/** An export without a response is abandoned after this time, including its retries. */
export const EXPORT_TIMEOUT_MS = 5_000;
/** Longer values are cut: a statement or message of a megabyte would fill the queue. */
export const MAX_VALUE_LENGTH = 4_096;

/** Returns the attributes of this process in everything that it exports. */
export function resourceOf({ settings, service, version }: ExportSource): Resource {
  return resourceFromAttributes({
    [ATTR_SERVICE_INSTANCE_ID]: `${hostname()}/${process.pid}`,
    ...(version !== undefined && { [ATTR_SERVICE_VERSION]: version }),
    ...settings.OTEL_RESOURCE_ATTRIBUTES,
    [ATTR_SERVICE_NAME]: service,
  });
}

/** Returns the options of an OTLP exporter. @param signal last part of the URL */
export function exporterOptions({ endpoint }: ExportSource, signal: 'traces' | 'logs' | 'metrics') {
  return {
    url: `${endpoint.replace(/\/$/, '')}/v1/${signal}`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
    concurrencyLimit: 1,
  };
}

/** Returns the options of a batch processor, whose queue bounds the memory. */
export function batchOptions({ metrics, settings }: ExportSource, signal: 'traces' | 'logs') {
  return {
    maxQueueSize: MAX_QUEUE_SIZE,
    maxExportBatchSize: MAX_BATCH_SIZE,
    scheduledDelayMillis:
      signal === 'traces' ? settings.OTEL_BSP_SCHEDULE_DELAY : settings.OTEL_BLRP_SCHEDULE_DELAY,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    selfObsMeterProvider: countDrops(signal, metrics),
  };
}
