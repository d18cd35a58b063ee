import type { DatabaseSync } from 'node:sqlite';
import type { StoreView } from '../api/views.ts';
import type { OtlpSource } from '../otlp/otlp-json.ts';
import type { ReceivedLog } from '../otlp/parse-logs.ts';
import type { ReceivedPoint } from '../otlp/parse-metrics.ts';
import type { ReceivedSpan } from '../otlp/parse-spans.ts';
import { MIB, openDatabase } from './open-database.ts';
import { PointWriter } from './point-writer.ts';
import { type Statements, prepareStatements } from './statements.ts';
import { TraceWriter } from './trace-writer.ts';
import { valueText } from '../otlp/otlp-json.ts';

export interface TelemetryStoreOptions {
  /** Path of the file, or `:memory:`. */
  readonly file: string;
  /** Largest size of the file, in MiB. The oldest telemetry is deleted before it is reached. */
  readonly maxMiB: number;
  readonly onProblem: (text: string) => void;
}

/** Share of the largest size from which the oldest telemetry is deleted. */
const PRUNE_AT = 0.9;
/** Share of the records of each kind that is deleted at a time. */
const PRUNED_SHARE = 0.1;
/** Records written between two comparisons of the size with its limit. */
const PRUNE_INTERVAL = 2_000;
/** Sources in memory. A process that restarts has a new source. */
const MAX_SOURCES = 5_000;

/**
 * The telemetry of a run, in a file of SQLite that survives restarts. SQLite is a part of Node.js. Calls are synchronous:
 * a request of 128 spans takes about a millisecond.
 */
export class TelemetryStore {
  readonly database: DatabaseSync;
  readonly #maxMiB: number;
  readonly #statements: Statements;
  readonly #traces: TraceWriter;
  readonly #points: PointWriter;
  readonly #sources = new Map<string, number>();
  readonly #dropped = new Map<string, number>();
  readonly #onProblem: (text: string) => void;
  #writesUntilPrune = 0;

  constructor(options: TelemetryStoreOptions) {
    this.database = openDatabase(options);
    this.#maxMiB = options.maxMiB;
    this.#onProblem = options.onProblem;
    this.#statements = prepareStatements(this.database);
    this.#traces = new TraceWriter(this.database);
    this.#points = new PointWriter(this.database);
  }

  /** Stores spans. Returns why they were not stored; undefined if they were. */
  addSpans(spans: readonly ReceivedSpan[], receivedMs: number): string | undefined {
    return this.#write('spans', spans.length, () => {
      let lastId = 0;
      for (const { source, span, start, end, isError } of spans) {
        const { lastInsertRowid } = this.#statements.insertSpan.run(
          span.traceId,
          this.#sourceId(source),
          start,
          end,
          isError ? 1 : 0,
          span.name,
          JSON.stringify(span),
        );
        lastId = Number(lastInsertRowid);
      }
      this.#traces.add(spans, lastId, receivedMs);
    });
  }

  /** Stores log records. Returns why they were not stored; undefined if they were. */
  addLogs(logs: readonly ReceivedLog[]): string | undefined {
    return this.#write('logs', logs.length, () => {
      for (const { source, record, time, severity, traceId } of logs)
        this.#statements.insertLog.run(
          this.#sourceId(source),
          time,
          severity,
          traceId ?? null,
          valueText(record.body),
          JSON.stringify(record),
        );
    });
  }

  /** Stores points of metrics. Returns why they were not stored; undefined if they were. */
  addPoints(points: readonly ReceivedPoint[]): string | undefined {
    return this.#write('metric points', points.length, () => this.#points.add(points));
  }

  hasTrace(traceId: string): boolean {
    return this.database.prepare('SELECT 1 FROM trace WHERE trace_id = ?').get(traceId) !== undefined;
  }

  /** Counts records that are dropped before they reach the store. */
  drop(reason: string, count: number): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + count);
  }

  view(): StoreView {
    const { spans, logs, metricPoints } = this.#statements.counts.get() as {
      readonly spans: number;
      readonly logs: number;
      readonly metricPoints: number;
    };
    return {
      spans,
      logs,
      metricPoints,
      sizeMiB: Math.round((this.#usedBytes() / MIB) * 10) / 10,
      maxSizeMiB: this.#maxMiB,
      dropped: Object.fromEntries(this.#dropped),
    };
  }

  /** Loads a value that `saveState` stored. */
  loadState(id: string): string | undefined {
    const row = this.database.prepare('SELECT state FROM call_total WHERE id = ?').get(id);
    return row === undefined ? undefined : String(row.state);
  }

  /** Stores a value that survives a restart, such as the totals of the calls. */
  saveState(id: string, state: string): void {
    this.#write('state', 0, () => {
      this.database.prepare('INSERT OR REPLACE INTO call_total (id, state) VALUES (?, ?)').run(id, state);
    });
  }

  /** Deletes the oldest telemetry until its size is below the limit. */
  prune(): void {
    if (this.#usedBytes() < PRUNE_AT * this.#maxMiB * MIB) return;
    this.database.exec('BEGIN');
    try {
      for (const table of ['span', 'log', 'point'] as const) {
        const { min, max } = this.database
          .prepare(`SELECT coalesce(min(id), 0) AS min, coalesce(max(id), 0) AS max FROM ${table}`)
          .get() as { readonly min: number; readonly max: number };
        const limit = min + Math.ceil((max - min + 1) * PRUNED_SHARE);
        this.database.prepare(`DELETE FROM ${table} WHERE id < ?`).run(limit);
        if (table === 'span') this.database.prepare('DELETE FROM trace WHERE last_span < ?').run(limit);
      }
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.database.close();
  }

  /** Runs a write in a transaction. A full disk must not stop the dashboard: the records are dropped and counted. */
  #write(kind: string, count: number, write: () => void): string | undefined {
    try {
      if (this.#writesUntilPrune <= 0) {
        this.#writesUntilPrune = PRUNE_INTERVAL;
        this.prune();
      }
      this.#writesUntilPrune -= count;
      this.database.exec('BEGIN');
      try {
        write();
        this.database.exec('COMMIT');
      } catch (error) {
        // SQLite has already rolled back after some errors, such as a full disk.
        if (this.database.isTransaction) this.database.exec('ROLLBACK');
        throw error;
      }
      return undefined;
    } catch (error) {
      const { errcode, message } = error as { readonly errcode?: number; readonly message: string };
      if (errcode === undefined) throw error;
      // Rolled back: ids in memory may not be in the tables.
      this.#sources.clear();
      this.#points.forget();
      const reason = errcode === SQLITE_FULL ? 'the disk or the store is full' : message;
      if (!this.#dropped.has(reason)) this.#onProblem(`cannot store ${kind}: ${reason}; dropping them`);
      this.drop(reason, count);
      return reason;
    }
  }

  #sourceId({ service, instance, resource, scope }: OtlpSource): number {
    const key = `${resource}\n${scope}`;
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    this.#statements.insertSource.run(service, instance, resource, scope);
    const id = Number(this.#statements.findSource.get(resource, scope)?.id);
    if (this.#sources.size >= MAX_SOURCES) this.#sources.clear();
    this.#sources.set(key, id);
    return id;
  }

  #usedBytes(): number {
    const { pages, free, size } = this.#statements.pages.get() as {
      readonly pages: number;
      readonly free: number;
      readonly size: number;
    };
    return (pages - free) * size;
  }
}

const SQLITE_FULL = 13;
