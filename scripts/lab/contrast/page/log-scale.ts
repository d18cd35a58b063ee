/** A logarithmic scale over whole decades. */
export interface LogScale {
  /** Returns the position of a value, 0 to 1. Values of 0 and below are at 0. */
  readonly at: (value: number) => number;
  /** The powers of ten on the scale, ascending. */
  readonly ticks: readonly number[];
}

/** Returns a scale from the power of ten below the smallest value to the one above the largest, at least one decade. */
export function logScale(values: readonly number[]): LogScale {
  const logs = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10);
  const minExponent = logs.length > 0 ? Math.floor(Math.min(...logs)) : 0;
  const maxExponent = logs.length > 0 ? Math.max(minExponent + 1, Math.ceil(Math.max(...logs))) : 1;
  return {
    at: (value) =>
      value > 0 ? Math.max(0, Math.log10(value) - minExponent) / (maxExponent - minExponent) : 0,
    ticks: Array.from({ length: maxExponent - minExponent + 1 }, (_, index) => 10 ** (minExponent + index)),
  };
}
