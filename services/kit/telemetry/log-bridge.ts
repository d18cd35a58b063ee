import { isSpanContextValid, logs, SeverityNumber, TraceFlags, trace } from '@opentelemetry/api';

type LogRecordAttributes = Record<string, string | number | boolean>;

const SEVERITIES = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
} as const;

/** Loses nothing by being created before a provider is registered: the API returns a proxy. */
const logger = logs.getLogger('weft');

/**
 * Passes a log line to the OpenTelemetry SDK, with the active span as its context. Does nothing unless a logger provider
 * is registered. Of a trace that is not sampled, only warnings and errors are passed on: the others are a part of the
 * trace, and would cost more than all its spans.
 * @param fields redacted fields. Nested ones become attributes such as `error.message`
 */
export function emitLogRecord(
  level: keyof typeof SEVERITIES,
  body: string,
  fields: Readonly<Record<string, unknown>>,
): void {
  const severityNumber = SEVERITIES[level];
  if (!logger.enabled({ severityNumber })) return;
  if (severityNumber < SeverityNumber.WARN && isUnsampled()) return;
  const attributes: LogRecordAttributes = {};
  addAttributes(attributes, '', fields);
  logger.emit({ severityNumber, severityText: level, body, attributes });
}

function isUnsampled(): boolean {
  const span = trace.getActiveSpan()?.spanContext();
  return span !== undefined && isSpanContextValid(span) && (span.traceFlags & TraceFlags.SAMPLED) === 0;
}

function addAttributes(attributes: LogRecordAttributes, prefix: string, values: object): void {
  for (const [name, value] of Object.entries(values)) {
    const key = `${prefix}${name}`;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      attributes[key] = value;
    else if (Array.isArray(value)) attributes[key] = JSON.stringify(value);
    else if (value) addAttributes(attributes, `${key}.`, value);
  }
}
