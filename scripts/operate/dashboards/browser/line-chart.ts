import type uPlot from 'uplot';
import type { Panel } from '../../../../mesh/compile/dashboards/panel.ts';
import type { PanelData } from '../panel-values.ts';
import { createPlot, drawLimit, type Plot } from './chart-frame.ts';
import { seriesColor } from './colors.ts';
import { formatTick } from './format-value.ts';
import type { TimeSpan } from './page-state.ts';

/** Multiple of the largest value up to which a threshold is drawn. A higher one would flatten the lines. */
const MAX_LIMIT_RATIO = 4;

/** Powers of two, so that labels are whole KiB, MiB and GiB. */
const BYTE_INCREMENTS = Array.from({ length: 40 }, (_, power) => 2 ** power);

/** Decimal up to a second, and then whole minutes and hours. */
const SECOND_INCREMENTS = [
  ...[-6, -5, -4, -3, -2, -1].flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`))),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400],
];

export interface PanelChartProps {
  readonly parent: HTMLElement;
  readonly panel: Panel;
  readonly data: PanelData;
  readonly span: TimeSpan;
  /** Called with the index of the time at the cursor, or `undefined` when the cursor is outside. */
  readonly onCursor: (index: number | undefined) => void;
  readonly onSelect: (span: TimeSpan) => void;
}

/** Returns whether a line chart draws the threshold of its panel. */
export function drawsLimit({ threshold, isStacked }: Panel, data: PanelData): boolean {
  if (!threshold) return false;
  return (
    threshold.value <= largestValue(isStacked ? stack(data) : valuesOf(data)) * MAX_LIMIT_RATIO ||
    threshold.value === 0
  );
}

/** Draws the series of a panel as lines, or as areas on top of each other. */
export function createLineChart({ parent, panel, data, span, onCursor, onSelect }: PanelChartProps): Plot {
  const { threshold, unit, isStacked = false } = panel;
  const values = isStacked ? stack(data) : valuesOf(data);
  const hasLimit = drawsLimit(panel, data);
  return createPlot({
    parent,
    span,
    data: [[...data.times], ...values] as uPlot.AlignedData,
    series: [
      {},
      ...data.series.map(({ name }, index) => {
        const color = seriesColor(index);
        const fill = isStacked ? `${color}55` : data.series.length === 1 ? `${color}22` : undefined;
        return { label: name, stroke: color, width: 1.5, ...(fill && { fill }) };
      }),
    ],
    ...(isStacked && {
      bands: data.series.slice(1).map((_, index) => ({ series: [index + 1, index + 2] as [number, number] })),
    }),
    range: (min, max) => rangeOf(min, max, hasLimit ? threshold?.value : undefined),
    ...(unit === 'bytes' && { increments: BYTE_INCREMENTS }),
    ...(unit === 'seconds' && { increments: SECOND_INCREMENTS }),
    formatTicks: (ticks) => ticks.map((value) => formatTick(value, unit)),
    draw: (plot) => {
      if (threshold && hasLimit) drawLimit(plot, threshold.value);
    },
    onCursor: ({ cursor }) => onCursor(cursor.idx ?? undefined),
    onSelect,
  });
}

/** Returns a range from 0, or from the lowest negative value, with room for the limit. */
function rangeOf(min: number | null, max: number | null, limit: number | undefined): [number, number] {
  const top = Math.max(max ?? 0, limit ?? 0);
  const bottom = Math.min(min ?? 0, 0);
  return [bottom * 1.08, top > bottom ? top * 1.08 : bottom + 1];
}

function valuesOf({ series }: PanelData): readonly (readonly (number | null)[])[] {
  return series.map(({ values }) => values);
}

/** Returns the values of each series plus those of the series below it. The first series is on top. */
function stack({ times, series }: PanelData): readonly (readonly (number | null)[])[] {
  const sums = times.map(() => 0);
  const stacked = [...series].reverse().map(({ values }) =>
    values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value ?? 0);
      return sums[index] ?? 0;
    }),
  );
  return stacked.reverse();
}

function largestValue(series: readonly (readonly (number | null)[])[]): number {
  return series.reduce(
    (max, values) => values.reduce<number>((top, value) => Math.max(top, value ?? 0), max),
    0,
  );
}
