import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ReceivedPoint } from '../otlp/parse-metrics.ts';

/** Shortest time between two stored points of a series, in microseconds. */
const MIN_STEP = 5_000_000;
/** Interval in which a gauge is stored even if it does not change, which tells that its process still runs. */
export const GAUGE_INTERVAL = 10_000_000;
/** Series whose last point is in memory. A series above the limit is looked up for each of its points. */
const MAX_SERIES = 20_000;

interface LastPoint {
  readonly series: number;
  time: number;
  value: number;
}

/**
 * Stores points of metrics: at most one per series and step, and none for a counter or histogram that does not change.
 * Points that are not newer than the last one of their series are in the store already, or arrived out of order.
 */
export class PointWriter {
  readonly #last = new Map<string, LastPoint>();
  readonly #insertSeries: StatementSync;
  readonly #findSeries: StatementSync;
  readonly #findLast: StatementSync;
  readonly #insertPoint: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insertSeries = database.prepare(
      'INSERT OR IGNORE INTO series (metric, service, instance, labels, type, unit, help) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#findSeries = database.prepare(
      'SELECT id FROM series WHERE metric = ? AND service = ? AND instance = ? AND labels = ?',
    );
    this.#findLast = database.prepare(
      'SELECT time, value FROM point WHERE series = ? ORDER BY time DESC LIMIT 1',
    );
    this.#insertPoint = database.prepare(
      'INSERT INTO point (series, time, start, value, histogram) VALUES (?, ?, ?, ?, ?)',
    );
  }

  /** Returns the number of points that were stored. */
  add(points: readonly ReceivedPoint[]): number {
    let count = 0;
    for (const point of points) {
      const last = this.#lastOf(point);
      const isUnchanged = point.value === last.value;
      const step = !isUnchanged
        ? MIN_STEP
        : point.type === 'gauge'
          ? GAUGE_INTERVAL
          : Number.POSITIVE_INFINITY;
      if (point.time - last.time < step) continue;
      count++;
      last.time = point.time;
      last.value = point.value;
      const { histogram } = point;
      this.#insertPoint.run(
        last.series,
        point.time,
        point.start,
        point.value,
        histogram ? JSON.stringify(histogram) : null,
      );
    }
    return count;
  }

  /** Forgets the series after their rows were rolled back or deleted. */
  forget(): void {
    this.#last.clear();
  }

  #lastOf({ metric, source, labels, type, unit, help }: ReceivedPoint): LastPoint {
    const labelsJson = JSON.stringify(labels);
    const identity = [metric, source.service, source.instance, labelsJson] as const;
    const key = identity.join('\n');
    const existing = this.#last.get(key);
    if (existing) return existing;
    this.#insertSeries.run(...identity, type, unit, help);
    const series = Number(this.#findSeries.get(...identity)?.id);
    const stored = this.#findLast.get(series);
    const last = {
      series,
      time: Number(stored?.time ?? Number.NEGATIVE_INFINITY),
      value: Number(stored?.value ?? Number.NaN),
    };
    if (this.#last.size < MAX_SERIES) this.#last.set(key, last);
    return last;
  }
}
