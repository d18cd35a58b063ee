/** A scale on which each power of ten is as long as the next. */
export interface LogScale {
  /** 0 to 1 along the scale; what is not above zero lies at its begin. */
  readonly at: (value: number) => number;
  /** The powers of ten on it, ascending. */
  readonly ticks: readonly number[];
}

/** From the power of ten below the least value to the one above the most; one decade at least. */
export function logScale(values: readonly number[]): LogScale {
  const logs = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  const first = logs.length > 0 ? Math.floor(Math.min(...logs)) : 0;
  const last = logs.length > 0 ? Math.max(first + 1, Math.ceil(Math.max(...logs))) : 1;
  return {
    at: (value) => (value > 0 ? Math.max(0, Math.log10(value) - first) / (last - first) : 0),
    ticks: Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index)),
  };
}
