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

/** Returns the newest spans that match a filter, oldest first. */
export function findSpans(database: DatabaseSync, filter: TelemetryFilter): readonly StoredRecord[] {
  return findRecords(database, 'span', spanConditions(filter), filter.limit);
}

/** Returns the number of spans that match a filter. */
export function countSpans(database: DatabaseSync, filter: TelemetryFilter): number {
  return countRecords(database, 'span', spanConditions(filter));
}

/** Returns the newest log records that match a filter, oldest first. */
export function findLogs(database: DatabaseSync, filter: TelemetryFilter): readonly StoredRecord[] {
  return findRecords(database, 'log', logConditions(filter), filter.limit);
}

/** Returns the number of log records that match a filter. */
export function countLogs(database: DatabaseSync, filter: TelemetryFilter): number {
  return countRecords(database, 'log', logConditions(filter));
}

/** Yields all records, or those of a trace, in pages in the order of their arrival. */
export function* pagesOfRecords(
  database: DatabaseSync,
  signal: 'spans' | 'logs',
  traceId: string | undefined,
  pageSize: number,
): Generator<readonly StoredRecord[]> {
  const table = signal === 'spans' ? 'span' : 'log';
  const end = Number(database.prepare(`SELECT coalesce(max(id), 0) AS id FROM ${table}`).get()?.id);
  for (let after = 0; ; ) {
    // Records that arrive meanwhile are left out, because their arrival may not end.
    const { where, values } = new Conditions()
      .add('record.trace_id = ?', traceId)
      .add('record.id > ?', after)
      .add('record.id <= ?', end);
    const page = database
      .prepare(`SELECT ${COLUMNS} ${fromClause(table, where)} ORDER BY record.id LIMIT ?`)
      .all(...values, pageSize) as unknown as readonly StoredRecord[];
    const last = page.at(-1);
    if (!last) return;
    yield page;
    after = last.id;
  }
}

function spanConditions(filter: TelemetryFilter): Conditions {
  return new Conditions()
    .add('record.trace_id = ?', filter.traceId)
    .add('source.service = ?', filter.service)
    .add('record.start >= ?', filter.from)
    .add('record.start <= ?', filter.to)
    .add("record.name LIKE ? ESCAPE '\\'", containing(filter.text))
    .add('record.end - record.start >= ?', filter.minDuration)
    .add('record.is_error = ?', filter.hasError === undefined ? undefined : Number(filter.hasError))
    .add('record.id < ?', filter.before);
}

function logConditions(filter: TelemetryFilter): Conditions {
  return new Conditions()
    .add('record.trace_id = ?', filter.traceId)
    .add('source.service = ?', filter.service)
    .add('record.time >= ?', filter.from)
    .add('record.time <= ?', filter.to)
    .add("record.message LIKE ? ESCAPE '\\'", containing(filter.text))
    .add('record.severity >= ?', filter.minSeverity)
    .add('record.id < ?', filter.before);
}

const COLUMNS =
  'record.id, source.service, source.instance, source.resource, source.scope, record.record AS record';

function findRecords(
  database: DatabaseSync,
  table: 'span' | 'log',
  { where, values }: Conditions,
  limit: number,
): readonly StoredRecord[] {
  const rows = database
    .prepare(`SELECT ${COLUMNS} ${fromClause(table, where)} ORDER BY record.id DESC LIMIT ?`)
    .all(...values, limit) as unknown as readonly StoredRecord[];
  return rows.toReversed();
}

function countRecords(database: DatabaseSync, table: 'span' | 'log', { where, values }: Conditions): number {
  return Number(
    database.prepare(`SELECT count(*) AS count ${fromClause(table, where)}`).get(...values)?.count,
  );
}

function fromClause(table: 'span' | 'log', where: string): string {
  return `FROM ${table} AS record JOIN source ON source.id = record.source ${where}`;
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
      ([scope, members]) => `{"scope":${scope},"${list}":[${members.map(({ record }) => record).join(',')}]}`,
    );
    return `{"resource":${resource},"${scopes}":[${byScope.join(',')}]}`;
  });
  return `"${resources}":[${entries.join(',')}]`;
}
