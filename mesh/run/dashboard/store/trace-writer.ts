import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ReceivedSpan } from '../otlp/parse-spans.ts';
import { parseOwnJson } from './own-json.ts';

/** Summary of a trace, as a row of the table `trace`. */
interface TraceRow {
  start: number;
  end: number;
  spans: number;
  errors: number;
  first_start: number;
  has_root: number;
  name: string;
  service: string;
  /** Number of spans by service, as JSON. */
  services: string;
}

/** Keeps one row per trace, from which lists of traces are read without their spans. */
export class TraceWriter {
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  /** Time of the last trace, in microseconds since the epoch. */
  #received: number;

  constructor(database: DatabaseSync) {
    this.#received = Number(
      database.prepare('SELECT coalesce(max(received), 0) AS time FROM trace').get()?.time,
    );
    this.#find = database.prepare('SELECT * FROM trace WHERE trace_id = ?');
    this.#insert = database.prepare(`INSERT INTO trace
      (start, end, spans, errors, first_start, has_root, name, service, services, last_span, received, trace_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#update =
      database.prepare(`UPDATE trace SET start = ?, end = ?, spans = ?, errors = ?, first_start = ?,
      has_root = ?, name = ?, service = ?, services = ?, last_span = ? WHERE trace_id = ?`);
  }

  /** @param lastId id of the last of the spans */
  add(spans: readonly ReceivedSpan[], lastId: number, receivedMs: number): void {
    for (const [traceId, group] of Map.groupBy(spans, ({ span }) => span.traceId)) {
      const stored = this.#find.get(traceId) as unknown as TraceRow | undefined;
      const row = stored ? { ...stored } : emptyRow();
      const services = parseOwnJson<Record<string, number>>(row.services);
      for (const one of group) addSpan(row, services, one);
      const values = [row.start, row.end, row.spans, row.errors, row.first_start, row.has_root] as const;
      const texts = [row.name, row.service, JSON.stringify(services), lastId] as const;
      if (stored) this.#update.run(...values, ...texts, traceId);
      else this.#insert.run(...values, ...texts, this.#nextReceived(receivedMs), traceId);
    }
  }

  /** Returns a time that is unique, so that a list can be continued after any trace. */
  #nextReceived(receivedMs: number): number {
    this.#received = Math.max(Math.round(receivedMs * 1_000), this.#received + 1);
    return this.#received;
  }
}

function emptyRow(): TraceRow {
  return {
    start: Number.MAX_SAFE_INTEGER,
    end: 0,
    spans: 0,
    errors: 0,
    first_start: Number.MAX_SAFE_INTEGER,
    has_root: 0,
    name: '',
    service: '',
    services: '{}',
  };
}

/** Adds a span. The trace has the name of its root, or of its earliest span while the root is missing. */
function addSpan(row: TraceRow, services: Record<string, number>, one: ReceivedSpan): void {
  const { source, span, start, end, isError } = one;
  const isRoot = span.parentSpanId === undefined;
  const isFirst = start < row.first_start;
  if (isRoot ? row.has_root === 0 || isFirst : row.has_root === 0 && isFirst) {
    row.name = span.name;
    row.service = source.service;
    row.first_start = start;
  }
  if (isRoot) row.has_root = 1;
  row.start = Math.min(row.start, start);
  row.end = Math.max(row.end, end);
  row.spans++;
  if (isError) row.errors++;
  services[source.service] = (services[source.service] ?? 0) + 1;
}
