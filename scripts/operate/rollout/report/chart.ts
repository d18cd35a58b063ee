import { escapeText } from '../../report/escape-text.ts';

/** A line of a chart. */
export interface Series {
  readonly name: string;
  /** CSS class that sets the color. */
  readonly kind: 'canary' | 'baseline' | 'limit';
  /** One value per step; undefined leaves a gap. */
  readonly values: readonly (number | undefined)[];
}

export interface ChartData {
  readonly title: string;
  readonly unit: string;
  /** One label per position on the horizontal axis. */
  readonly labels: readonly string[];
  readonly series: readonly Series[];
}

/** All lengths in CSS pixels. */
const SIZE = { width: 460, height: 260 };
const PLOT = { left: 52, right: 78, top: 36, bottom: 34 };
/** Minimum vertical distance of two names at the right edge. */
const NAME_HEIGHT = 15;

/** Draws a line chart as SVG. The page sets the colors of its CSS classes. */
export function drawChart({ title, unit, labels, series }: ChartData): string {
  const top = roundUpAxis(Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const inner = { width: SIZE.width - PLOT.left - PLOT.right, height: SIZE.height - PLOT.top - PLOT.bottom };
  const x = (index: number) =>
    PLOT.left + (labels.length === 1 ? inner.width / 2 : (index * inner.width) / (labels.length - 1));
  const y = (value: number) => PLOT.top + inner.height * (1 - value / top);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = round(y(part * top));
    const text = `<text class="tick" x="${PLOT.left - 8}" y="${at}" text-anchor="end">${number(part * top)}</text>`;
    return `<line class="grid" x1="${PLOT.left}" x2="${SIZE.width - PLOT.right}" y1="${at}" y2="${at}"/>${text}`;
  });
  const ticks = labels.map(
    (label, index) =>
      `<text class="tick" x="${round(x(index))}" y="${SIZE.height - 14}" text-anchor="middle">${escapeText(label)}</text>`,
  );
  const at = (value: number, index: number): Point => ({ x: x(index), y: y(value) });
  const lines = series.map((one) => drawLine(one, labels, unit, at));
  const summary = series.map(({ name, values }) => `${name}: ${values.map((v) => number(v)).join(', ')}`);
  return `<svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${escapeText(`${title}, ${unit}. ${summary.join('. ')}`)}">
<text class="title" x="${PLOT.left}" y="16">${escapeText(title)}</text>
<text class="tick" x="${SIZE.width - PLOT.right}" y="16" text-anchor="end">${escapeText(unit)}</text>
${[...grid, ...ticks, ...lines, ...drawNames(series, labels.length - 1, at)].join('\n')}
</svg>`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

type Place = (value: number, index: number) => Point;

function drawLine(
  { name, kind, values }: Series,
  labels: readonly string[],
  unit: string,
  at: Place,
): string {
  const points = values.flatMap((value, index) =>
    value === undefined ? [] : [{ ...at(value, index), value, label: labels[index] ?? '' }],
  );
  const path = points.map((point, index) => `${index === 0 ? 'M' : 'L'}${round(point.x)} ${round(point.y)}`);
  const dots = points.map(
    (point) =>
      `<circle class="${kind}" cx="${round(point.x)}" cy="${round(point.y)}" r="${kind === 'limit' ? 2 : 4}"><title>${escapeText(`${name} at ${point.label}: ${number(point.value)} ${unit}`)}</title></circle>`,
  );
  return `<path class="${kind}" d="${path.join('')}"/>${dots.join('')}`;
}

/** Draws the name of each line at its right end, and moves overlapping names apart. */
function drawNames(series: readonly Series[], lastIndex: number, at: Place): readonly string[] {
  const ends = series
    .flatMap(({ name, kind, values }) => {
      const index = values.findLastIndex((value) => value !== undefined);
      const value = values[index];
      return value === undefined ? [] : [{ name, kind, y: at(value, index).y }];
    })
    .sort((a, b) => a.y - b.y);
  const bottom = SIZE.height - PLOT.bottom;
  const lowest = ends.map((_, index) => bottom - (ends.length - 1 - index) * NAME_HEIGHT);
  let above = Number.NEGATIVE_INFINITY;
  return ends.map(({ name, kind, y }, index) => {
    above = Math.min(Math.max(y, above + NAME_HEIGHT), lowest[index] ?? bottom);
    return `<text class="name ${kind}" x="${round(at(0, lastIndex).x + 10)}" y="${round(above)}">${escapeText(name)}</text>`;
  });
}

/** Rounds up to 1, 2, 4 or 8 times a power of ten, so that each quarter of the axis has a short label. */
export function roundUpAxis(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

function number(value: number | undefined): string {
  return value === undefined ? 'none' : String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
