import type { DatabaseSync } from 'node:sqlite';
import { Conditions, containing } from './conditions.ts';
import type { TelemetryFilter } from './telemetry-filter.ts';

/** A record as it was received, with its source. */
export interface StoredRecord {
  readonly id: number;
  readonly service: string;
  readonly instance: string;
  /** OTLP/JSON of the resource. */
  readonly resource: string;
  /** OTLP/JSON of the instrumentation scope. */
  readonly scope: string;
  /** OTLP/JSON of the span or log record. */
  readonly record: string;
}

export interface RecordPage {
  readonly records: readonly StoredRecord[];
  /** Number of records that match the filter, in the store. */
  readonly total: number;
}

/** Returns the newest spans that match a filter, oldest first. */
export function findSpans(database: DatabaseSync, filter: TelemetryFilter): RecordPage {
  const conditions = new Conditions()
    .add('record.trace_id = ?', filter.traceId)
    .add('source.service = ?', filter.service)
    .add('record.start >= ?', filter.from)
    .add('record.start <= ?', filter.to)
    .add("record.name LIKE ? ESCAPE '\\'", containing(filter.text))
    .add('record.end - record.start >= ?', filter.minDuration)
    .add('record.is_error = ?', filter.hasError === undefined ? undefined : Number(filter.hasError))
    .add('record.id < ?', filter.before);
  return findRecords(database, 'span', conditions, filter.limit);
}

/** Returns the newest log records that match a filter, oldest first. */
export function findLogs(database: DatabaseSync, filter: TelemetryFilter): RecordPage {
  const conditions = new Conditions()
    .add('record.trace_id = ?', filter.traceId)
    .add('source.service = ?', filter.service)
    .add('record.time >= ?', filter.from)
    .add('record.time <= ?', filter.to)
    .add("record.message LIKE ? ESCAPE '\\'", containing(filter.text))
    .add('record.severity >= ?', filter.minSeverity)
    .add('record.id < ?', filter.before);
  return findRecords(database, 'log', conditions, filter.limit);
}

/** Returns all spans of a trace, up to a limit, in the order of their arrival. */
export function spansOfTrace(database: DatabaseSync, traceId: string, limit: number): RecordPage {
  return findRecords(database, 'span', new Conditions().add('record.trace_id = ?', traceId), limit);
}

const COLUMNS =
  'record.id, source.service, source.instance, source.resource, source.scope, record.record AS record';

function findRecords(
  database: DatabaseSync,
  table: 'span' | 'log',
  conditions: Conditions,
  limit: number,
): RecordPage {
  const from = `FROM ${table} AS record JOIN source ON source.id = record.source ${conditions.where}`;
  const { values } = conditions;
  const rows = database
    .prepare(`SELECT ${COLUMNS} ${from} ORDER BY record.id DESC LIMIT ?`)
    .all(...values, limit) as unknown as readonly StoredRecord[];
  const isComplete = rows.length < limit;
  const total = isComplete
    ? rows.length
    : Number(database.prepare(`SELECT count(*) AS count ${from}`).get(...values)?.count);
  return { records: rows.toReversed(), total };
}

/** Returns records as OTLP/JSON: grouped by resource and scope, in their order. */
export function toOtlpJson(signal: 'spans' | 'logs', records: readonly StoredRecord[]): string {
  const [resources, scopes, list] =
    signal === 'spans'
      ? ['resourceSpans', 'scopeSpans', 'spans']
      : ['resourceLogs', 'scopeLogs', 'logRecords'];
  const byResource = Map.groupBy(records, ({ resource }) => resource);
  const entries = [...byResource].map(([resource, group]) => {
    const byScope = [...Map.groupBy(group, ({ scope }) => scope)].map(
      ([scope, members]) =>
        `{"scope":${scope},"${list}":[${members.map(({ record }) => record).join(',')}]}`,
    );
    return `{"resource":${resource},"${scopes}":[${byScope.join(',')}]}`;
  });
  return `"${resources}":[${entries.join(',')}]`;
}
