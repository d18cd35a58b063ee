/** Version of the tables. A store of another version is replaced, because its telemetry is of earlier runs only. */
export const SCHEMA_VERSION = 1;

/**
 * Tables of the store. Times are in microseconds since the epoch. Records are stored as the JSON in which they arrived;
 * further columns are for filters. Ids increase with the arrival of records, so that the oldest records are those with the
 * lowest ids, whatever the clocks of the senders say.
 */
export const SCHEMA = `
CREATE TABLE source (
  id INTEGER PRIMARY KEY, service TEXT NOT NULL, instance TEXT NOT NULL, resource TEXT NOT NULL, scope TEXT NOT NULL,
  UNIQUE (resource, scope)
);
CREATE TABLE span (
  id INTEGER PRIMARY KEY AUTOINCREMENT, trace_id TEXT NOT NULL, source INTEGER NOT NULL, start INTEGER NOT NULL,
  end INTEGER NOT NULL, is_error INTEGER NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL
);
CREATE INDEX span_trace ON span (trace_id);
CREATE TABLE trace (
  trace_id TEXT PRIMARY KEY, received INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
  spans INTEGER NOT NULL, errors INTEGER NOT NULL, first_start INTEGER NOT NULL, has_root INTEGER NOT NULL,
  name TEXT NOT NULL, service TEXT NOT NULL, services TEXT NOT NULL, last_span INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX trace_received ON trace (received);
CREATE INDEX trace_last_span ON trace (last_span);
CREATE TABLE log (
  id INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL, time INTEGER NOT NULL, severity INTEGER NOT NULL,
  trace_id TEXT, message TEXT NOT NULL, record TEXT NOT NULL
);
CREATE INDEX log_time ON log (time);
CREATE INDEX log_trace ON log (trace_id) WHERE trace_id IS NOT NULL;
CREATE TABLE series (
  id INTEGER PRIMARY KEY, service TEXT NOT NULL, instance TEXT NOT NULL, metric TEXT NOT NULL, type TEXT NOT NULL,
  unit TEXT NOT NULL, help TEXT NOT NULL, labels TEXT NOT NULL, UNIQUE (metric, service, instance, labels)
);
CREATE TABLE point (
  id INTEGER PRIMARY KEY AUTOINCREMENT, series INTEGER NOT NULL, time INTEGER NOT NULL, start INTEGER NOT NULL,
  value REAL NOT NULL, histogram TEXT
);
CREATE INDEX point_series ON point (series, time);
CREATE TABLE call_total (
  id TEXT PRIMARY KEY, state TEXT NOT NULL
) WITHOUT ROWID;
PRAGMA user_version = ${SCHEMA_VERSION};
`;
