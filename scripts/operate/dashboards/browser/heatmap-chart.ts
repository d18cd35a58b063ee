import type uPlot from 'uplot';
import type { Panel } from '../../../../mesh/compile/dashboards/panel.ts';
import type { PanelData } from '../panel-values.ts';
import { createPlot, drawLimit, type Plot } from './chart-frame.ts';
import { colorOf } from './colors.ts';
import { formatTick } from './format-value.ts';
import type { PanelChartProps } from './line-chart.ts';

/** Maximum number of labels of the vertical axis. */
const MAX_TICKS = 7;

/** A bucket of a histogram with the values that fall into it, not those below it. */
interface Bucket {
  /** Upper bound; infinite for the last bucket. */
  readonly bound: number;
  readonly values: readonly number[];
}

/** Returns the buckets from the first to the last that is not empty, given cumulative series named by their bound. */
export function bucketsOf({ times, series }: PanelData): readonly Bucket[] {
  const sorted = series
    .map(({ name, values }) => ({ bound: name === '+Inf' ? Number.POSITIVE_INFINITY : Number(name), values }))
    .sort((a, b) => a.bound - b.bound);
  const buckets = sorted.map(({ bound, values }, index) => ({
    bound,
    values: times.map((_, at) => Math.max(0, (values[at] ?? 0) - (sorted[index - 1]?.values[at] ?? 0))),
  }));
  const hasValues = ({ values }: Bucket) => values.some((value) => value > 0);
  return buckets.slice(buckets.findIndex(hasValues), buckets.findLastIndex(hasValues) + 1);
}

/** Draws the buckets of a histogram over time: the more values, the stronger the color. */
export function createHeatmap({ parent, panel, data, span, onCursor, onSelect }: PanelChartProps): Plot {
  const buckets = bucketsOf(data);
  const limit = limitPosition(buckets, panel);
  return createPlot({
    parent,
    span,
    // The values of the scale are indexes of buckets; the hidden series only make uPlot compute it.
    data: [[...data.times], data.times.map(() => buckets.length)] as uPlot.AlignedData,
    series: [{}, { stroke: 'transparent', width: 0, points: { show: false } }],
    range: () => [0, buckets.length],
    ticks: buckets
      .map((_, index) => index + 1)
      .filter((tick) => tick % Math.ceil(buckets.length / MAX_TICKS) === 0),
    formatTicks: (ticks) => ticks.map((tick) => boundLabel(buckets[tick - 1], panel)),
    draw: (plot) => {
      drawCells(plot, data.times, buckets);
      if (limit !== undefined) drawLimit(plot, limit);
    },
    onCursor: ({ cursor }) => onCursor(cursor.idx ?? undefined),
    onSelect,
  });
}

function drawCells(plot: Plot, times: readonly number[], buckets: readonly Bucket[]): void {
  const { ctx } = plot;
  const max = Math.max(...buckets.flatMap(({ values }) => values), Number.MIN_VALUE);
  const step = (times[1] ?? 0) - (times[0] ?? 0) || 60;
  ctx.save();
  ctx.fillStyle = colorOf('heat');
  for (const [index, { values }] of buckets.entries()) {
    const top = plot.valToPos(index + 1, 'y', true) + 1;
    const height = plot.valToPos(index, 'y', true) - top;
    for (const [at, value] of values.entries()) {
      if (value <= 0) continue;
      const end = plot.valToPos(times[at] ?? 0, 'x', true);
      const start = Math.max(plot.valToPos((times[at] ?? 0) - step, 'x', true), plot.bbox.left);
      // The square root keeps rare slow requests visible beside many fast ones.
      ctx.globalAlpha = 0.08 + 0.92 * Math.sqrt(value / max);
      ctx.fillRect(start, top, Math.max(end - start, 1), height);
    }
  }
  ctx.restore();
}

/** Returns the position of the threshold on the scale of bucket indexes, if it is the bound of a bucket. */
function limitPosition(buckets: readonly Bucket[], { threshold }: Panel): number | undefined {
  const index = buckets.findIndex(({ bound }) => bound === threshold?.value);
  return index < 0 ? undefined : index + 1;
}

function boundLabel(bucket: Bucket | undefined, { unit }: Panel): string {
  if (!bucket) return '';
  return Number.isFinite(bucket.bound) ? `≤ ${formatTick(bucket.bound, unit)}` : 'longer';
}
