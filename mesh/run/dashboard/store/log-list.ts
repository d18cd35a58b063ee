import type { DatabaseSync } from 'node:sqlite';
import type { LogList, LogView } from '../api/views.ts';
import { attributeTexts, type OtlpLogRecord, valueText } from '../otlp/otlp-json.ts';
import { parseOwnJson } from './own-json.ts';
import { findLogs, type StoredRecord } from './stored-records.ts';
import { NO_FILTER, type TelemetryFilter } from './telemetry-filter.ts';

/** Returns the log records that match a filter, newest first. */
export function listLogs(database: DatabaseSync, filter: TelemetryFilter): LogList {
  const records = findLogs(database, filter);
  const [oldest] = records;
  return {
    logs: records.map(logView).reverse(),
    next: oldest && records.length === filter.limit ? String(oldest.id) : null,
  };
}

/** Returns the log records of a trace by time. */
export function logViews(database: DatabaseSync, traceId: string, limit: number): readonly LogView[] {
  const records = findLogs(database, { ...NO_FILTER, traceId, limit });
  return records.map(logView).toSorted((a, b) => a.time - b.time);
}

function logView({ id, service, instance, record }: StoredRecord): LogView {
  const log = parseOwnJson<OtlpLogRecord>(record);
  const time = Number(log.timeUnixNano ?? 0) || Number(log.observedTimeUnixNano ?? 0);
  return {
    id: String(id),
    time: time / 1e6,
    service,
    instance,
    level: levelOf(log.severityNumber ?? 0),
    message: valueText(log.body),
    attributes: attributeTexts(log.attributes),
    traceId: log.traceId || null,
    spanId: log.spanId || null,
  };
}

function levelOf(severity: number): LogView['level'] {
  if (severity >= 17) return 'error';
  if (severity >= 13) return 'warn';
  return severity >= 1 && severity < 9 ? 'debug' : 'info';
}
