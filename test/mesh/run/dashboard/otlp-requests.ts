/** Time of the telemetry in tests, in milliseconds since the epoch. */
export const NOW = Date.parse('2026-03-01T12:00:00Z');

export type AttributeValues = Readonly<Record<string, string | number | boolean>>;

export function traceId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

export function spanId(number: number): string {
  return number.toString(16).padStart(16, '0');
}

export function nanoseconds(ms: number): string {
  return `${BigInt(Math.round(ms * 1_000)) * 1_000n}`;
}

export function attributes(values: AttributeValues): object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: {
      [typeof value === 'string' ? 'stringValue' : typeof value === 'number' ? 'intValue' : 'boolValue']:
        value,
    },
  }));
}

export interface SpanFields {
  readonly trace?: number;
  readonly id?: number;
  readonly parent?: number;
  readonly name?: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind?: number;
  /** In milliseconds since the epoch. */
  readonly start?: number;
  readonly durationMs?: number;
  readonly attributes?: AttributeValues;
  readonly isError?: boolean;
  readonly events?: readonly object[];
}

export function span(fields: SpanFields = {}): object {
  const { trace = 1, id = 1, parent, name = 'work', kind = 1, start = NOW, durationMs = 10 } = fields;
  return {
    traceId: traceId(trace),
    spanId: spanId(id),
    ...(parent !== undefined && { parentSpanId: spanId(parent) }),
    name,
    kind,
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(start + durationMs),
    attributes: attributes(fields.attributes ?? {}),
    events: fields.events ?? [],
    ...(fields.isError && { status: { code: 2, message: 'failed' } }),
  };
}

/** An event of the in-app layer. */
export function decision(kind: string, values: AttributeValues, time = NOW): object {
  return { name: `weft.call.${kind}`, timeUnixNano: nanoseconds(time), attributes: attributes(values) };
}

export interface LogFields {
  readonly message?: string;
  readonly time?: number;
  /** 5 debug, 9 info, 13 warn, 17 error. */
  readonly severity?: number;
  readonly trace?: number;
}

export function log({ message = 'hello', time = NOW, severity = 9, trace }: LogFields = {}): object {
  return {
    timeUnixNano: nanoseconds(time),
    severityNumber: severity,
    body: { stringValue: message },
    ...(trace !== undefined && { traceId: traceId(trace), spanId: spanId(1) }),
  };
}

function resource(service: string, instance: string): object {
  return { attributes: attributes({ 'service.name': service, 'service.instance.id': instance }) };
}

/** A request with spans of one process. */
export function traces(service: string, spans: readonly object[], instance = '1'): object {
  return { resourceSpans: [{ resource: resource(service, instance), scopeSpans: [{ spans }] }] };
}

/** A request with log records of one process. */
export function logs(service: string, logRecords: readonly object[], instance = '1'): object {
  return { resourceLogs: [{ resource: resource(service, instance), scopeLogs: [{ logRecords }] }] };
}

/** A request with metrics of one process. */
export function metrics(service: string, list: readonly object[], instance = '1'): object {
  return {
    resourceMetrics: [{ resource: resource(service, instance), scopeMetrics: [{ metrics: list }] }],
  };
}

export interface PointFields {
  readonly labels?: AttributeValues;
  readonly value: number;
  /** In milliseconds since the epoch. */
  readonly time?: number;
  /** Start of the process, in milliseconds since the epoch. */
  readonly start?: number;
}

function point({ labels = {}, time = NOW, start = NOW - 1_000 }: PointFields): object {
  return {
    attributes: attributes(labels),
    timeUnixNano: nanoseconds(time),
    startTimeUnixNano: nanoseconds(start),
  };
}

export function counter(name: string, points: readonly PointFields[]): object {
  const dataPoints = points.map((fields) => ({ ...point(fields), asDouble: fields.value }));
  return { name, sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints } };
}

export function gauge(name: string, points: readonly PointFields[]): object {
  return {
    name,
    gauge: { dataPoints: points.map((fields) => ({ ...point(fields), asDouble: fields.value })) },
  };
}

export interface HistogramFields extends Omit<PointFields, 'value'> {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

export function histogram(name: string, points: readonly HistogramFields[]): object {
  const dataPoints = points.map(({ bounds, counts, ...fields }) => {
    const count = counts.reduce((sum, one) => sum + one, 0);
    return {
      ...point({ ...fields, value: count }),
      count: String(count),
      sum: count,
      explicitBounds: bounds,
      bucketCounts: counts.map(String),
    };
  });
  return { name, histogram: { aggregationTemporality: 2, dataPoints } };
}
