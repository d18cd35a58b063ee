/** One thing that a bench has measured. */
export interface Figure {
  /** What was measured: `1,000 services, one chart, to plain cdk8s`. */
  readonly figure: string;
  /** The median of the runs. */
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
  /** `ratio`, `MB`, `s`. Times differ from machine to machine: what holds anywhere is a ratio of two in one run. */
  readonly unit: string;
  /** @default none: it is only looked at */
  readonly target?: number;
  readonly better: 'lower' | 'higher';
}

/** A figure from the values of several runs. */
export function figureOf(
  values: readonly number[],
  figure: Omit<Figure, 'value' | 'least' | 'most' | 'runs'>,
): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const middle =
    (sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN) +
    (sorted[Math.ceil((sorted.length - 1) / 2)] ?? Number.NaN);
  return {
    ...figure,
    value: middle / 2,
    least: sorted[0] ?? Number.NaN,
    most: sorted.at(-1) ?? Number.NaN,
    runs: values.length,
  };
}

/** Whether a figure is as good as its target; undefined without one. */
export function holds({ value, target, better }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  return better === 'lower' ? value <= target : value >= target;
}
