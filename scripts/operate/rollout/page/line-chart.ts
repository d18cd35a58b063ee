import { roundUpAxis, tick } from '../../report/axis.ts';
import { CHART, frame, round } from '../../report/chart.ts';
import { escapeText } from '../../report/escape-text.ts';
import { figure, shortFigure, withUnit } from '../../report/figures.ts';

/** A line of a chart. */
export interface Series {
  readonly name: string;
  /** CSS class that sets the color. */
  readonly kind: 'canary' | 'baseline' | 'limit';
  /** One value per step; undefined skips the step. */
  readonly values: readonly (number | undefined)[];
}

export interface LineChartProps {
  readonly title: string;
  readonly unit: string;
  /** One label per position on the horizontal axis. */
  readonly labels: readonly string[];
  readonly series: readonly Series[];
}

/** Sides of the plot, in CSS pixels. The names of the lines are to its right. */
const PLOT = { start: 46, end: CHART.width - 70, top: CHART.head + 8, bottom: CHART.head + 188 };
/** Space between the plot and the labels, which separates the label of 0 from that of the first step. */
const TICK_GAP = 6;
const TICKS_HEIGHT = 30;
/** Minimum vertical distance of two names at the right edge. */
const NAME_HEIGHT = 15;

/** Draws a line chart as SVG. The page sets the colors of its CSS classes. */
export function lineChart({ title, unit, labels, series }: LineChartProps): string {
  const max = roundUpAxis(Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const width = PLOT.end - PLOT.start;
  const x = (index: number) =>
    PLOT.start + (labels.length === 1 ? width / 2 : (index * width) / (labels.length - 1));
  const y = (value: number) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * value) / max;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = round(y(part * max));
    const text = `<text class="tick" x="${PLOT.start - 8}" y="${at}" text-anchor="end">${shortFigure(part * max)}</text>`;
    return `<line class="grid" x1="${PLOT.start}" x2="${PLOT.end}" y1="${at}" y2="${at}"/>${text}`;
  });
  const ticks = labels.map((label, index) => tick(x(index), label, PLOT.bottom + TICK_GAP));
  const lines = series.map(({ name, kind, values }) => {
    const points = values.flatMap((value, index) =>
      value === undefined
        ? []
        : [{ x: x(index), y: y(value), text: withUnit(figure(value), unit), label: labels[index] }],
    );
    const path = points.map((point) => `${round(point.x)} ${round(point.y)}`);
    const dots = points.map(
      (point) =>
        `<circle class="mark" cx="${round(point.x)}" cy="${round(point.y)}" r="${kind === 'limit' ? 2 : 4}"><title>${escapeText(`${name} at ${point.label}: ${point.text}`)}</title></circle>`,
    );
    return `<g class="${kind}"><path class="line" d="M${path.join('L')}"/>${dots.join('')}</g>`;
  });
  return frame({
    title,
    note: `in ${unit}, by the weight of the new version`,
    height: PLOT.bottom + TICKS_HEIGHT - CHART.head,
    body: [...grid, ...ticks, ...lines, ...drawNames(series, x(labels.length - 1) + 10, y)],
    summary: series.map(({ name, values }) => `${name}: ${values.map(figure).join(', ')}`).join('. '),
  });
}

/** Draws the name of each line at its right end, and moves overlapping names apart. */
function drawNames(series: readonly Series[], x: number, y: (value: number) => number): readonly string[] {
  const ends = series
    .flatMap(({ name, kind, values }) => {
      const value = values.findLast((one) => one !== undefined);
      return value === undefined ? [] : [{ name, kind, y: y(value) }];
    })
    .sort((a, b) => a.y - b.y);
  let above = Number.NEGATIVE_INFINITY;
  return ends.map((end, index) => {
    const maxY = PLOT.bottom - (ends.length - 1 - index) * NAME_HEIGHT;
    above = Math.min(Math.max(end.y, above + NAME_HEIGHT), maxY);
    return `<text class="name ${end.kind}" x="${round(x)}" y="${round(above)}">${escapeText(end.name)}</text>`;
  });
}
