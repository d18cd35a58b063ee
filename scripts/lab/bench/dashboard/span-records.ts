import type { OtlpAttribute, OtlpEvent, OtlpSpan } from '../../../../mesh/run/dashboard/otlp/otlp-json.ts';

export type AttributeValues = Readonly<Record<string, string | number>>;

/** Values of a span that the generator chooses. Times are in microseconds since the start of the trace. */
export interface SpanRecord {
  readonly service: string;
  readonly spanId: string;
  /** @default the span is the root */
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  /** 2 server, 3 client. */
  readonly kind: 2 | 3;
  readonly start: number;
  readonly end: number;
  readonly hasFailed: boolean;
  readonly attributes: AttributeValues;
  readonly events: readonly SpanEventRecord[];
}

export interface SpanEventRecord {
  readonly name: string;
  readonly time: number;
  readonly attributes: AttributeValues;
}

/**
 * Encodes a span as the exporter of the OpenTelemetry SDK does.
 * @param offset microseconds since the epoch at the start of the trace
 */
export function toOtlpSpan(traceId: string, record: SpanRecord, offset: number): OtlpSpan {
  const { spanId, parentSpanId, name, kind, start, end, hasFailed, attributes, events } = record;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind,
    startTimeUnixNano: toNanoseconds(offset + start),
    endTimeUnixNano: toNanoseconds(offset + end),
    attributes: toOtlpAttributes(attributes),
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0, flags: 257 },
    events: events.map(
      (event): OtlpEvent => ({
        name: event.name,
        timeUnixNano: toNanoseconds(offset + event.time),
        attributes: toOtlpAttributes(event.attributes),
      }),
    ),
    status: hasFailed ? { code: 2, message: 'UNAVAILABLE' } : { code: 0 },
    links: [],
  };
}

export function toOtlpAttributes(attributes: AttributeValues): readonly OtlpAttribute[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
  }));
}

/** Returns nanoseconds as text, because a double cannot represent them. */
export function toNanoseconds(microseconds: number): string {
  return `${Math.round(microseconds)}000`;
}
