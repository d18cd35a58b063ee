import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ReceivedPoint } from '../otlp/parse-metrics.ts';

/** Shortest time between two stored points of a series, in microseconds. */
const MIN_STEP = 5_000_000;
/** Series whose last point is in memory. A series above the limit is looked up for each of its points. */
const MAX_SERIES = 20_000;

interface LastPoint {
  readonly series: number;
  time: number;
  value: number;
}

/** Stores points of metrics: at most one per series and step, and none for a series whose value does not change. */
export class PointWriter {
  readonly #last = new Map<string, LastPoint>();
  readonly #insertSeries: StatementSync;
  readonly #findSeries: StatementSync;
  readonly #insertPoint: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insertSeries = database.prepare(
      'INSERT OR IGNORE INTO series (metric, service, instance, labels, type, unit, help) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#findSeries = database.prepare(
      'SELECT id FROM series WHERE metric = ? AND service = ? AND instance = ? AND labels = ?',
    );
    this.#insertPoint = database.prepare(
      'INSERT INTO point (series, time, start, value, histogram) VALUES (?, ?, ?, ?, ?)',
    );
  }

  add(points: readonly ReceivedPoint[]): void {
    for (const point of points) {
      const last = this.#lastOf(point);
      if (point.value === last.value || (last.time !== 0 && point.time - last.time < MIN_STEP)) continue;
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
  }

  /** Forgets the series after their rows were rolled back. */
  forget(): void {
    this.#last.clear();
  }

  #lastOf({ metric, source, labels, type, unit, help }: ReceivedPoint): LastPoint {
    const labelsJson = JSON.stringify(labels);
    const identity = [metric, source.service, source.instance, labelsJson] as const;
    const key = identity.join('\n');
    const known = this.#last.get(key);
    if (known) return known;
    this.#insertSeries.run(...identity, type, unit, help);
    const last = {
      series: Number(this.#findSeries.get(...identity)?.id),
      time: 0,
      value: Number.NaN,
    };
    if (this.#last.size < MAX_SERIES) this.#last.set(key, last);
    return last;
  }
}
