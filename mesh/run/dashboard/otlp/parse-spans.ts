import { checkAttributes, checkList, checkObject, checkString, toNumber } from './check-attributes.ts';
import { excerptOf, OtlpError } from './otlp-error.ts';
import { microseconds, type OtlpSource, type OtlpSpan } from './otlp-json.ts';
import { type ParsedRecords, parseRecords } from './parsed-records.ts';
import { TRACES } from './read-request.ts';

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

/** Parses an OTLP/JSON request with spans. @throws OtlpError if the body is not such a request */
export function parseSpans(body: unknown): ParsedRecords<ReceivedSpan> {
  return parseRecords(body, TRACES, ({ source, record, path }) => parseSpan(source, record, path));
}

function parseSpan(source: OtlpSource, value: unknown, path: string): ReceivedSpan {
  const { parentSpanId: parent, ...record } = checkObject(value, path);
  checkString(record.name, `${path}.name`);
  const start = parseTime(record.startTimeUnixNano, `${path}.startTimeUnixNano`);
  const end = parseTime(record.endTimeUnixNano, `${path}.endTimeUnixNano`);
  const kind = kindOf(record.kind);
  const span = {
    ...record,
    kind,
    traceId: parseId(record.traceId, 32, `${path}.traceId`),
    spanId: parseId(record.spanId, 16, `${path}.spanId`),
    ...(!isNoId(parent) && { parentSpanId: parseId(parent, 16, `${path}.parentSpanId`) }),
  } as unknown as OtlpSpan;
  checkDetails(record, path);
  const code = span.status?.code;
  return {
    source,
    span,
    start,
    end: Math.max(start, end),
    kind,
    isError: code === 2 || code === 'STATUS_CODE_ERROR',
  };
}

function checkDetails(record: Readonly<Record<string, unknown>>, path: string): void {
  checkAttributes(record.attributes, `${path}.attributes`);
  for (const [at, item] of checkList(record.events, `${path}.events`).entries()) {
    const event = checkObject(item, `${path}.events[${at}]`);
    checkString(event.name ?? '', `${path}.events[${at}].name`);
    if (Number.isNaN(toNumber(event.timeUnixNano ?? 0)))
      throw new OtlpError(
        `${path}.events[${at}].timeUnixNano is ${excerptOf(event.timeUnixNano)}; use nanoseconds since the epoch`,
      );
    checkAttributes(event.attributes, `${path}.events[${at}].attributes`);
  }
  for (const [at, item] of checkList(record.links, `${path}.links`).entries()) {
    const { traceId, spanId } = checkObject(item, `${path}.links[${at}]`);
    parseId(traceId, 32, `${path}.links[${at}].traceId`);
    parseId(spanId, 16, `${path}.links[${at}].spanId`);
  }
  const status = checkObject(record.status ?? {}, `${path}.status`);
  checkString(status.message ?? '', `${path}.status.message`);
}

function kindOf(kind: unknown): SpanKindNumber {
  const number = typeof kind === 'string' ? KIND_NAMES.indexOf(kind) : kind;
  return number === 2 || number === 3 || number === 4 || number === 5 ? number : 1;
}

/** Returns whether an optional id is missing. Some senders write an empty one, or one of zeros. */
export function isNoId(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && /^0*$/.test(value));
}

/** Parses an id, which OTLP/JSON writes in hexadecimal and not in base64 as other bytes. */
export function parseId(value: unknown, length: 16 | 32, path: string): string {
  if (typeof value === 'string' && value.length === length && /^[\da-f]+$/i.test(value) && !isNoId(value))
    return value.toLowerCase();
  throw new OtlpError(`${path} is ${excerptOf(value)}; use ${length} hexadecimal digits`);
}

/** Largest time that a double represents to the microsecond, in nanoseconds: the year 2255. */
const MAX_TIME = 9.007e18;

/** Parses a time in nanoseconds since the epoch. Returns microseconds. */
export function parseTime(value: unknown, path: string): number {
  const nanoseconds = toNumber(value);
  if (nanoseconds > 0 && nanoseconds <= MAX_TIME) return microseconds(nanoseconds);
  throw new OtlpError(`${path} is ${excerptOf(value)}; use nanoseconds since the epoch`);
}
