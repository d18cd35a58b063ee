import type { DatabaseSync } from 'node:sqlite';
import type { TraceList } from '../api/views.ts';
import { Conditions, containing } from './conditions.ts';
import { parseOwnJson } from './own-json.ts';
import type { TelemetryFilter } from './telemetry-filter.ts';

interface TraceRow {
  readonly trace_id: string;
  readonly received: number;
  readonly start: number;
  readonly end: number;
  readonly spans: number;
  readonly errors: number;
  readonly name: string;
  readonly service: string;
  readonly services: string;
}

/**
 * Returns traces that match a filter, latest arrival first. Arrival orders them, because the clocks of their processes
 * may be hours apart.
 */
export function findTraces(database: DatabaseSync, filter: TelemetryFilter): TraceList {
  const conditions = new Conditions()
    .add('trace_id = ?', filter.traceId)
    .add('EXISTS (SELECT 1 FROM json_each(trace.services) WHERE key = ?)', filter.service)
    .add('end >= ?', filter.from)
    .add('start <= ?', filter.to)
    .add('end - start >= ?', filter.minDuration)
    .add('(errors > 0) = ?', filter.hasError === undefined ? undefined : Number(filter.hasError))
    .add('received < ?', filter.before)
    .add(
      "EXISTS (SELECT 1 FROM span WHERE span.trace_id = trace.trace_id AND span.name LIKE ? ESCAPE '\\')",
      containing(filter.text),
    );
  const rows = database
    .prepare(`SELECT * FROM trace ${conditions.where} ORDER BY received DESC LIMIT ?`)
    .all(...conditions.values, filter.limit) as unknown as readonly TraceRow[];
  const last = rows.at(-1);
  return {
    traces: rows.map((row) => ({
      traceId: row.trace_id,
      name: row.name,
      service: row.service,
      start: row.start / 1_000,
      durationMs: (row.end - row.start) / 1_000,
      spans: row.spans,
      errors: row.errors,
      services: Object.entries(parseOwnJson<Record<string, number>>(row.services)).map(([name, spans]) => ({
        name,
        spans,
      })),
    })),
    next: last && rows.length === filter.limit ? String(last.received) : null,
  };
}
