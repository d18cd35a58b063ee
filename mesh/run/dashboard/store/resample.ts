import { GAUGE_INTERVAL } from './point-writer.ts';

/** A point of a series. Times are in microseconds since the epoch. */
export interface StoredPoint {
  readonly time: number;
  /** Start of a cumulative value. */
  readonly start: number;
  readonly value: number;
  /** `ReceivedHistogram` as JSON. */
  readonly histogram: string | null;
}

/** Shortest time after which a gauge without a further point is that of a process that has ended. */
const MIN_VALIDITY = 3 * GAUGE_INTERVAL;
/** The same in intervals of the exporter, which may be longer than ours. */
const VALID_INTERVALS = 2.5;

/** Returns the value of a gauge at each time; null before its first point, and after its process has ended. */
export function valuesAt(
  points: readonly StoredPoint[],
  times: readonly number[],
): readonly (number | null)[] {
  let next = 0;
  let current: StoredPoint | undefined;
  let validity = MIN_VALIDITY;
  return times.map((time) => {
    for (let point = points[next]; point && point.time <= time; point = points[++next]) {
      validity = Math.max(MIN_VALIDITY, VALID_INTERVALS * (point.time - (current?.time ?? point.time)));
      current = point;
    }
    return current && time - current.time <= validity ? current.value : null;
  });
}

/**
 * Returns the increase per second between consecutive times. A value below its predecessor is that of a process that
 * started again. The first point of a process that started within the range counts from 0.
 */
export function counterRates(
  points: readonly StoredPoint[],
  times: readonly number[],
): readonly (number | null)[] {
  let next = 0;
  let last: number | undefined;
  let increase = 0;
  return times.map((time, index) => {
    increase = 0;
    for (let point = points[next]; point && point.time <= time; point = points[++next]) {
      if (last === undefined) increase += point.start >= (times[0] ?? 0) ? point.value : 0;
      else increase += point.value < last ? point.value : point.value - last;
      last = point.value;
    }
    const seconds = (time - (times[index - 1] ?? time)) / 1e6;
    return index === 0 || last === undefined || seconds === 0 ? null : increase / seconds;
  });
}
