import { ApiError } from '../api/api-error.ts';

/** Filters of spans, logs and traces, as the API takes them. */
export interface TelemetryFilter {
  readonly service: string | undefined;
  readonly traceId: string | undefined;
  /** In microseconds since the epoch, inclusive. */
  readonly from: number | undefined;
  /** In microseconds since the epoch, inclusive. */
  readonly to: number | undefined;
  readonly limit: number;
  /** Only records with an error, or only those without. */
  readonly hasError: boolean | undefined;
  /** Text in the name of a span or in the message of a log record. */
  readonly text: string | undefined;
  /** Shortest duration of a trace, in microseconds. */
  readonly minDuration: number | undefined;
  /** Lowest severity number of log records. */
  readonly minSeverity: number | undefined;
  /** Continues a list after its last record. */
  readonly before: number | undefined;
}

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 10_000;

/** Matches all records. */
export const NO_FILTER: TelemetryFilter = {
  service: undefined,
  traceId: undefined,
  from: undefined,
  to: undefined,
  limit: DEFAULT_LIMIT,
  hasError: undefined,
  text: undefined,
  minDuration: undefined,
  minSeverity: undefined,
  before: undefined,
};

/** Lowest severity number by name: the names of this project, of OpenTelemetry and of the dashboard of Aspire. */
const SEVERITIES: Readonly<Record<string, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  information: 9,
  warn: 13,
  warning: 13,
  error: 17,
  fatal: 21,
  critical: 21,
};

/**
 * Parses the query of a request. `service` and Aspire's `resource` are the same, and so are `error` and `hasError`,
 * `level` and `severity`. Times are RFC 3339, or milliseconds since the epoch.
 *
 * @throws ApiError with the parameter and its value
 */
export function parseFilter(query: URLSearchParams): TelemetryFilter {
  const before = query.get('before');
  return {
    service: query.get('service') || query.get('resource') || undefined,
    traceId: parseTraceId(query.get('traceId')),
    from: parseTimeParameter('from', query.get('from')),
    to: parseTimeParameter('to', query.get('to')),
    limit: Math.floor(parseNumber('limit', query.get('limit'), 1, MAX_LIMIT) ?? DEFAULT_LIMIT),
    hasError: parseBoolean('error', query.get('error') ?? query.get('hasError')),
    text: query.get('text') || undefined,
    minDuration: scale(parseNumber('minMs', query.get('minMs'), 0, 1e9), 1_000),
    minSeverity: parseSeverity(query.get('level') ?? query.get('severity')),
    before: before === null ? undefined : parseNumber('before', before, 0, Number.MAX_SAFE_INTEGER),
  };
}

export function parseBoolean(name: string, text: string | null): boolean | undefined {
  if (text === null || text === '') return undefined;
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new ApiError(400, `${name} '${text}' must be true or false`);
}

export function parseNumber(name: string, text: string | null, min: number, max: number): number | undefined {
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  throw new ApiError(400, `${name} '${text}' must be a number from ${min} to ${max}`);
}

/** Parses a time. Returns microseconds since the epoch. */
function parseTimeParameter(name: string, text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text);
  // Larger numbers are nanoseconds, as OTLP writes times.
  if (Number.isFinite(ms)) return ms > 1e16 ? ms / 1_000 : ms * 1_000;
  throw new ApiError(
    400,
    `${name} '${text}' must be a time such as 2026-01-31T12:00:00Z, or milliseconds since the epoch`,
  );
}

function parseTraceId(text: string | null): string | undefined {
  if (text === null || text === '') return undefined;
  if (/^[\da-f]{32}$/i.test(text)) return text.toLowerCase();
  throw new ApiError(400, `traceId '${text}' must be 32 hexadecimal digits`);
}

function parseSeverity(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  const severity = SEVERITIES[text.toLowerCase()];
  if (severity !== undefined) return severity;
  throw new ApiError(400, `level '${text}' must be debug, info, warn or error`);
}

function scale(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}
