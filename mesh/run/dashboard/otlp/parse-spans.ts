import { excerptOf, OtlpError } from './otlp-error.ts';
import { microseconds, type OtlpSource, type OtlpSpan } from './otlp-json.ts';
import { isObject, readRequest, TRACES } from './read-request.ts';

/** A valid span of a request. Its ids are in lower case. */
export interface ReceivedSpan {
  readonly source: OtlpSource;
  readonly span: OtlpSpan;
  /** In microseconds since the epoch. */
  readonly start: number;
  /** In microseconds since the epoch; not before `start`. */
  readonly end: number;
  readonly kind: SpanKindNumber;
  readonly isError: boolean;
}

/** Numbers of `Span.SpanKind`. */
export type SpanKindNumber = 1 | 2 | 3 | 4 | 5;
export const SERVER_KIND = 2;
export const CLIENT_KIND = 3;

const KIND_NAMES: readonly string[] = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];

/** Valid records of a request, and the reasons why others are refused. */
export interface ParsedRecords<T> {
  readonly records: readonly T[];
  /** One message per refused record. */
  readonly refusals: readonly string[];
}

/** Parses an OTLP/JSON request with spans. @throws OtlpError if the body is not such a request */
export function parseSpans(body: unknown): ParsedRecords<ReceivedSpan> {
  const records: ReceivedSpan[] = [];
  const refusals: string[] = [];
  for (const { source, record, path } of readRequest(body, TRACES)) {
    try {
      records.push(parseSpan(source, record, path));
    } catch (error) {
      if (!(error instanceof OtlpError)) throw error;
      refusals.push(error.message);
    }
  }
  return { records, refusals };
}

function parseSpan(source: OtlpSource, record: unknown, path: string): ReceivedSpan {
  if (!isObject(record)) throw new OtlpError(`${path} is ${excerptOf(record)}; it must be an object`);
  const { name, parentSpanId } = record;
  if (typeof name !== 'string')
    throw new OtlpError(`${path}.name is ${excerptOf(name)}; it must be a string`);
  const start = parseTime(record.startTimeUnixNano, `${path}.startTimeUnixNano`);
  const end = parseTime(record.endTimeUnixNano, `${path}.endTimeUnixNano`);
  const span = {
    ...record,
    traceId: parseId(record.traceId, 32, `${path}.traceId`),
    spanId: parseId(record.spanId, 16, `${path}.spanId`),
    ...(parentSpanId !== undefined &&
      parentSpanId !== '' && { parentSpanId: parseId(parentSpanId, 16, `${path}.parentSpanId`) }),
  } as unknown as OtlpSpan;
  for (const field of ['attributes', 'events', 'links'] as const)
    if (span[field] !== undefined && !Array.isArray(span[field]))
      throw new OtlpError(`${path}.${field} is ${excerptOf(span[field])}; it must be a list`);
  const code = span.status?.code;
  return {
    source,
    span,
    start,
    end: Math.max(start, end),
    kind: kindOf(span.kind),
    isError: code === 2 || code === 'STATUS_CODE_ERROR',
  };
}

function kindOf(kind: number | string | undefined): SpanKindNumber {
  const number = typeof kind === 'string' ? KIND_NAMES.indexOf(kind) : kind;
  return number === 2 || number === 3 || number === 4 || number === 5 ? number : 1;
}

/** Parses an id, which OTLP/JSON writes in hexadecimal and not in base64 as other bytes. */
export function parseId(value: unknown, length: 16 | 32, path: string): string {
  if (typeof value === 'string' && value.length === length && /^[\da-f]+$/i.test(value))
    return value.toLowerCase();
  throw new OtlpError(`${path} is ${excerptOf(value)}; use ${length} hexadecimal digits`);
}

/** Largest time that a double represents to the microsecond, in nanoseconds: the year 2255. */
const MAX_TIME = 9.007e18;

/** Parses a time in nanoseconds since the epoch. Returns microseconds. */
export function parseTime(value: unknown, path: string): number {
  const nanoseconds = Number(value);
  if ((typeof value === 'string' || typeof value === 'number') && nanoseconds > 0 && nanoseconds <= MAX_TIME)
    return microseconds(nanoseconds);
  throw new OtlpError(`${path} is ${excerptOf(value)}; use nanoseconds since the epoch`);
}
