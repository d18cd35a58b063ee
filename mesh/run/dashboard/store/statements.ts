import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Prepared statements of the store. */
export interface Statements {
  readonly insertSource: StatementSync;
  readonly findSource: StatementSync;
  readonly insertSpan: StatementSync;
  readonly insertLog: StatementSync;
  readonly counts: StatementSync;
  readonly lastLogId: StatementSync;
  readonly findLog: StatementSync;
}

export function prepareStatements(database: DatabaseSync): Statements {
  return {
    insertSource: database.prepare(
      'INSERT OR IGNORE INTO source (service, instance, resource, scope) VALUES (?, ?, ?, ?)',
    ),
    findSource: database.prepare('SELECT id FROM source WHERE resource = ? AND scope = ?'),
    insertSpan: database.prepare(
      'INSERT INTO span (trace_id, source, start, end, is_error, name, record) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    insertLog: database.prepare(
      'INSERT INTO log (source, time, severity, trace_id, message, record) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    // Ids are consecutive, because records are only deleted from the start. Counting rows would read the whole table.
    counts: database.prepare(`SELECT
      (SELECT coalesce(max(id) - min(id) + 1, 0) FROM span) AS spans,
      (SELECT coalesce(max(id) - min(id) + 1, 0) FROM log) AS logs,
      (SELECT coalesce(max(id) - min(id) + 1, 0) FROM point) AS metricPoints`),
    lastLogId: database.prepare('SELECT coalesce(max(id), 0) AS id FROM log'),
    findLog: database.prepare('SELECT 1 FROM log WHERE time = ? AND source = ? AND record = ? AND id <= ?'),
  };
}
