import type uPlot from 'uplot';
import type { MetricSeriesView } from '../../api/views.ts';
import { SERIES_COLORS } from '../controls/service-color.ts';

interface ChartOptions {
  readonly width: number;
  /** Number of series. */
  readonly count: number;
  readonly formatTick: (value: number) => string;
  readonly exemplars: () => MetricSeriesView['exemplars'];
  readonly onCursor: (index: number | null) => void;
}

type Exemplar = MetricSeriesView['exemplars'][number];

const HEIGHT = 260;
const MIN_WIDTH = 240;
const AXIS_WIDTH = 72;
const DOT_RADIUS = 4;
/** Distance within which a click opens the trace of an exemplar, in CSS pixels. */
const CLICK_DISTANCE = 14;
const FONT = '11.5px ui-sans-serif, system-ui, "Segoe UI", sans-serif';
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** Returns the options of a chart in the colors of the theme. */
export function chartOptions({ width, count, formatTick, exemplars, onCursor }: ChartOptions): uPlot.Options {
  const axis = {
    stroke: colorOf('soft'),
    font: FONT,
    grid: { stroke: colorOf('line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: Math.max(width, MIN_WIDTH),
    height: HEIGHT,
    padding: [10, 14, 0, 0],
    legend: { show: false },
    series: [
      {},
      ...Array.from({ length: count }, (_, index) => ({
        stroke: colorOf(`series-${index % SERIES_COLORS}`),
        width: 1.5,
        points: { show: false },
        spanGaps: false,
      })),
    ],
    scales: { y: { range: (_, min, max) => valueRange(min, max, exemplars()) } },
    axes: [
      { ...axis, space: 80, size: 28, values: (_, times) => times.map((time) => CLOCK.format(time * 1_000)) },
      { ...axis, space: 34, size: AXIS_WIDTH, values: (_, values) => values.map(formatTick) },
    ],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    hooks: {
      draw: [(plot) => drawExemplars(plot, exemplars())],
      setCursor: [
        (plot) => {
          onCursor(plot.cursor.idx ?? null);
          plot.over.style.cursor = nearestExemplar(plot, exemplars()) ? 'pointer' : '';
        },
      ],
    },
  };
}

/** Returns the exemplar at the cursor; undefined if there is none close enough. */
export function nearestExemplar(plot: uPlot, exemplars: readonly Exemplar[]): Exemplar | undefined {
  const { left: x = -1, top: y = -1 } = plot.cursor;
  if (x < 0) return undefined;
  let nearest: Exemplar | undefined;
  let minDistance = CLICK_DISTANCE;
  for (const exemplar of exemplars) {
    const distance = Math.hypot(
      plot.valToPos(exemplar.time / 1_000, 'x') - x,
      plot.valToPos(exemplar.value, 'y') - y,
    );
    if (distance >= minDistance) continue;
    nearest = exemplar;
    minDistance = distance;
  }
  return nearest;
}

function valueRange(
  min: number | null,
  max: number | null,
  exemplars: readonly Exemplar[],
): [number, number] {
  const top = Math.max(max ?? 0, ...exemplars.map(({ value }) => value));
  const bottom = Math.min(min ?? 0, 0);
  return [bottom, top > bottom ? top + (top - bottom) * 0.08 : bottom + 1];
}

function drawExemplars(plot: uPlot, exemplars: readonly Exemplar[]): void {
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.fillStyle = colorOf('box');
  ctx.strokeStyle = colorOf('exemplar');
  ctx.lineWidth = 2 * ratio;
  for (const { time, value } of exemplars) {
    const x = plot.valToPos(time / 1_000, 'x', true);
    if (x < plot.bbox.left || x > plot.bbox.left + plot.bbox.width) continue;
    ctx.beginPath();
    ctx.arc(x, plot.valToPos(value, 'y', true), DOT_RADIUS * ratio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

/** Returns a color of the style sheet in the current theme. */
function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
