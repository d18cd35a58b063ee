/** A measured quantity, with the median and range of its runs. */
export interface Figure {
  /** Description: `1,000 services, one chart, relative to plain cdk8s`. */
  readonly figure: string;
  /** Median of the runs. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  /**
   * `ratio`, `MiB`, `s`. Absolute figures depend on the machine. A ratio of two measurements of the same run holds on any
   * machine.
   */
  readonly unit: string;
  /** @default none: the figure is informative */
  readonly target?: number;
  readonly better: 'lower' | 'higher';
}

/** Summarizes the values of several runs as a figure. */
export function summarize(
  values: readonly number[],
  figure: Omit<Figure, 'value' | 'min' | 'max' | 'runs'>,
): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const middle =
    (sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN) +
    (sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN);
  return {
    ...figure,
    value: middle / 2,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
    runs: values.length,
  };
}

/** Returns whether a figure meets its target; undefined without a target. */
export function meetsTarget({ value, target, better }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  return better === 'lower' ? value <= target : value >= target;
}
