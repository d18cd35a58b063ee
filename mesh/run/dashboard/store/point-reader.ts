import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StoredPoint } from './resample.ts';

/** Reads the points of series. */
export class PointReader {
  readonly #before: StatementSync;
  readonly #values: StatementSync;
  readonly #histograms: StatementSync;

  constructor(database: DatabaseSync) {
    const select = (histogram: string) =>
      database.prepare(`SELECT time, start, value, ${histogram} AS histogram FROM point
        WHERE series = ? AND time >= ? AND time <= ? ORDER BY time`);
    this.#before = database.prepare(
      'SELECT coalesce(max(time), 0) AS time FROM point WHERE series = ? AND time < ?',
    );
    this.#values = select('NULL');
    this.#histograms = select('histogram');
  }

  /** Returns the points of a range, and the last one before it. Their histograms are null. */
  values(series: number, start: number, end: number): readonly StoredPoint[] {
    return this.#read(this.#values, series, start, end);
  }

  /** Returns the points of a range, and the last one before it. */
  histograms(series: number, start: number, end: number): readonly StoredPoint[] {
    return this.#read(this.#histograms, series, start, end);
  }

  #read(statement: StatementSync, series: number, start: number, end: number): readonly StoredPoint[] {
    const before = this.#before.get(series, start);
    return statement.all(series, Number(before?.time), end) as unknown as readonly StoredPoint[];
  }
}
