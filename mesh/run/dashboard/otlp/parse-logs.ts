import { checkAttributes, checkObject, checkValue, toNumber } from './check-attributes.ts';
import type { OtlpLogRecord, OtlpSource } from './otlp-json.ts';
import { isNoId, parseId, parseTime } from './parse-spans.ts';
import { type ParsedRecords, parseRecords } from './parsed-records.ts';
import { LOGS } from './read-request.ts';

/** A valid log record of a request. Its ids are in lower case. */
export interface ReceivedLog {
  readonly source: OtlpSource;
  readonly record: OtlpLogRecord;
  /** In microseconds since the epoch. */
  readonly time: number;
  /** Severity number of OpenTelemetry, 1 to 24: debug from 5, info from 9, warn from 13, error from 17. */
  readonly severity: number;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

const INFO_SEVERITY = 9;
const MAX_SEVERITY = 24;

/** Parses an OTLP/JSON request with log records. @throws OtlpError if the body is not such a request */
export function parseLogs(body: unknown): ParsedRecords<ReceivedLog> {
  return parseRecords(body, LOGS, ({ source, record, path }) => parseLog(source, record, path));
}

function parseLog(source: OtlpSource, value: unknown, path: string): ReceivedLog {
  const { traceId: traceText, spanId: spanText, ...record } = checkObject(value, path);
  const { timeUnixNano, observedTimeUnixNano, severityNumber } = record;
  checkAttributes(record.attributes, `${path}.attributes`);
  checkValue(record.body, `${path}.body`);
  const traceId = optionalId(traceText, 32, `${path}.traceId`);
  const spanId = optionalId(spanText, 16, `${path}.spanId`);
  // A time of 0 is unknown; the time of observation replaces it.
  const isTimeKnown = timeUnixNano !== undefined && timeUnixNano !== null && toNumber(timeUnixNano) !== 0;
  const severity = severityOf(severityNumber);
  return {
    source,
    record: {
      ...record,
      severityNumber: severity,
      ...(traceId && { traceId }),
      ...(spanId && { spanId }),
    } as OtlpLogRecord,
    time: isTimeKnown
      ? parseTime(timeUnixNano, `${path}.timeUnixNano`)
      : parseTime(observedTimeUnixNano, `${path}.observedTimeUnixNano`),
    severity,
    traceId,
    spanId,
  };
}

function severityOf(value: unknown): number {
  return typeof value === 'number' && value >= 1 && value <= MAX_SEVERITY ? Math.floor(value) : INFO_SEVERITY;
}

function optionalId(value: unknown, length: 16 | 32, path: string): string | undefined {
  return isNoId(value) ? undefined : parseId(value, length, path);
}
