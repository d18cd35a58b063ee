/** A point of a series. Times are in microseconds since the epoch. */
export interface StoredPoint {
  readonly time: number;
  /** Start of a cumulative value. */
  readonly start: number;
  readonly value: number;
  /** `ReceivedHistogram` as JSON. */
  readonly histogram: string | null;
}

/** Returns the last value at or before each time; null before the first point. */
export function valuesAt(points: readonly StoredPoint[], times: readonly number[]): readonly (number | null)[] {
  let next = 0;
  let current: number | null = null;
  return times.map((time) => {
    for (let point = points[next]; point && point.time <= time; point = points[++next]) current = point.value;
    return current;
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
