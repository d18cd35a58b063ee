import type { OtlpLogRecord, OtlpSpan } from '../../../../mesh/run/dashboard/otlp/otlp-json.ts';
import { CallHistograms } from './call-histograms.ts';
import { type SpanRecord, toNanoseconds, toOtlpAttributes, toOtlpSpan } from './span-records.ts';

/** Spans or log records per request, as in services/kit/telemetry/otlp-settings.ts. */
const MAX_BATCH_SIZE = 128;

/** Path and body of an OTLP/HTTP request. */
export interface OtlpRequest {
  readonly path: '/v1/traces' | '/v1/logs' | '/v1/metrics';
  readonly body: string;
}

/** The telemetry of one service until its export. */
export class ServiceExporter {
  readonly #resource: object;
  readonly #histograms = new CallHistograms();
  #spans: OtlpSpan[] = [];
  #logs: OtlpLogRecord[] = [];

  constructor(service: string) {
    const instance = `bench/${service}`;
    const attributes = {
      'service.name': service,
      'service.instance.id': instance,
      'service.version': '1.0.0',
    };
    this.#resource = { attributes: toOtlpAttributes(attributes), droppedAttributesCount: 0 };
  }

  /** @param offset microseconds since the epoch at the start of the trace */
  add(traceId: string, record: SpanRecord, offset: number): void {
    this.#spans.push(toOtlpSpan(traceId, record, offset));
    if (record.attributes['weft.call'] !== undefined) this.#histograms.add(record);
    if (record.parentSpanId === undefined || record.hasFailed)
      this.#logs.push(logOf(traceId, record, offset));
  }

  /** Returns requests with the spans and log records since the previous call. */
  takeRecords(): readonly OtlpRequest[] {
    const traces = batchesOf(this.#spans).map((spans) => ({
      path: '/v1/traces' as const,
      body: this.#encode('resourceSpans', 'scopeSpans', { spans }),
    }));
    const logs = batchesOf(this.#logs).map((logRecords) => ({
      path: '/v1/logs' as const,
      body: this.#encode('resourceLogs', 'scopeLogs', { logRecords }),
    }));
    this.#spans = [];
    this.#logs = [];
    return [...traces, ...logs];
  }

  /** Returns a request with the metrics of the calls. @param now in microseconds since the epoch */
  metrics(now: number): OtlpRequest {
    const metrics = [this.#histograms.toOtlp(now)];
    return { path: '/v1/metrics', body: this.#encode('resourceMetrics', 'scopeMetrics', { metrics }) };
  }

  #encode(resources: string, scopes: string, records: object): string {
    const scoped = [{ scope: { name: 'weft' }, ...records }];
    return JSON.stringify({ [resources]: [{ resource: this.#resource, [scopes]: scoped }] });
  }
}

/** Returns the access log line of a request. */
function logOf(traceId: string, record: SpanRecord, offset: number): OtlpLogRecord {
  const { spanId, name, start, end, hasFailed } = record;
  const time = toNanoseconds(offset + end);
  return {
    timeUnixNano: time,
    observedTimeUnixNano: time,
    severityNumber: hasFailed ? 13 : 9,
    severityText: hasFailed ? 'warn' : 'info',
    body: { stringValue: record.kind === 2 ? 'request' : 'call' },
    attributes: toOtlpAttributes({
      method: name,
      milliseconds: Math.round((end - start) / 1_000),
      status: hasFailed ? 'UNAVAILABLE' : 'OK',
    }),
    traceId,
    spanId,
  };
}

function batchesOf<T>(records: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(records.length / MAX_BATCH_SIZE) }, (_, index) =>
    records.slice(index * MAX_BATCH_SIZE, (index + 1) * MAX_BATCH_SIZE),
  );
}
