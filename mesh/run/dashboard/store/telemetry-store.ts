import type { DatabaseSync } from 'node:sqlite';
import type { StoreView } from '../api/views.ts';
import { type OtlpSource, valueText } from '../otlp/otlp-json.ts';
import type { ReceivedLog } from '../otlp/parse-logs.ts';
import type { ReceivedPoint } from '../otlp/parse-metrics.ts';
import type { ReceivedSpan } from '../otlp/parse-spans.ts';
import { MIB, openDatabase } from './open-database.ts';
import { PointWriter } from './point-writer.ts';
import { pruneUntil, usedBytes } from './prune.ts';
import { prepareStatements, type Statements } from './statements.ts';
import { TraceWriter } from './trace-writer.ts';

export interface TelemetryStoreOptions {
  /** Path of the file, or `:memory:`. */
  readonly file: string;
  /** Largest size of the file, in MiB. The oldest telemetry is deleted before it is reached. */
  readonly maxMiB: number;
  readonly onProblem: (text: string) => void;
}

/** Share of the largest size from which the oldest telemetry is deleted. */
const PRUNE_AT = 0.9;
/** The same after a write for which there was no space. */
const PRUNE_WHEN_FULL = 0.6;
/** Share of these sizes that remains. */
const PRUNE_TO = 0.9;
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
  /** Reasons that were reported. */
  readonly #problems = new Set<string>();
  readonly #onProblem: (text: string) => void;
  #writesUntilPrune = 0;
  #addedPoints = 0;

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
    return this.#write('metric points', points.length, () => {
      this.#addedPoints += this.#points.add(points);
    });
  }

  /** Number of points that were stored since the store was opened. */
  get addedPoints(): number {
    return this.#addedPoints;
  }

  hasTrace(traceId: string): boolean {
    return this.database.prepare('SELECT 1 FROM trace WHERE trace_id = ?').get(traceId) !== undefined;
  }

  /** Returns the id of the newest log record; 0 if there is none. */
  lastLogId(): number {
    return Number(this.#statements.lastLogId.get()?.id);
  }

  /** Returns whether a log record is among those up to an id. */
  hasLog({ source, time, record }: ReceivedLog, lastId: number): boolean {
    const id = this.#statements.findSource.get(source.resource, source.scope)?.id;
    if (id === undefined) return false;
    return this.#statements.findLog.get(time, Number(id), JSON.stringify(record), lastId) !== undefined;
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
      sizeMiB: Math.round((usedBytes(this.database) / MIB) * 10) / 10,
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

  /** Deletes the oldest telemetry if its size is close to the limit, until the used share is below `share`. */
  #prune(share: number): void {
    if (usedBytes(this.database) < share * this.#maxMiB * MIB) return;
    this.#transaction(() => pruneUntil(this.database, share * PRUNE_TO * this.#maxMiB * MIB));
    // Their rows may be deleted.
    this.#sources.clear();
    this.#points.forget();
  }

  close(): void {
    this.database.close();
  }

  /** Runs a write in a transaction. A full disk must not stop the dashboard: the records are dropped and counted. */
  #write(kind: string, count: number, write: () => void): string | undefined {
    try {
      if (this.#writesUntilPrune <= 0) {
        this.#writesUntilPrune = PRUNE_INTERVAL;
        this.#prune(PRUNE_AT);
      }
      this.#writesUntilPrune -= count;
      try {
        this.#transaction(write);
      } catch (error) {
        if ((error as SqliteError).errcode !== SQLITE_FULL) throw error;
        // Large records may fill the store before it is pruned.
        this.#prune(PRUNE_WHEN_FULL);
        this.#transaction(write);
      }
      return undefined;
    } catch (error) {
      const { errcode, message } = error as SqliteError;
      if (errcode === undefined) throw error;
      const reason = errcode === SQLITE_FULL ? 'the disk or the store is full' : message;
      if (!this.#problems.has(reason)) this.#onProblem(`cannot store ${kind}: ${reason}; dropping them`);
      this.#problems.add(reason);
      if (count > 0) this.drop(reason, count);
      return reason;
    }
  }

  #transaction(write: () => void): void {
    this.database.exec('BEGIN');
    try {
      write();
      this.database.exec('COMMIT');
    } catch (error) {
      // SQLite has already rolled back after some errors, such as a full disk.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      // Ids in memory may not be in the tables.
      this.#sources.clear();
      this.#points.forget();
      throw error;
    }
  }

  #sourceId({ service, instance, resource, scope }: OtlpSource): number {
    const key = `${resource}\n${scope}`;
    const existing = this.#sources.get(key);
    if (existing !== undefined) return existing;
    this.#statements.insertSource.run(service, instance, resource, scope);
    const id = Number(this.#statements.findSource.get(resource, scope)?.id);
    if (this.#sources.size >= MAX_SOURCES) this.#sources.clear();
    this.#sources.set(key, id);
    return id;
  }
}

interface SqliteError {
  /** Undefined for errors that are not of SQLite. */
  readonly errcode?: number;
  readonly message: string;
}

const SQLITE_FULL = 13;
