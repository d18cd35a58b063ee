import { round } from './chart.ts';
import { escapeText } from './escape-text.ts';

/** Rounds up to 1, 2, 4 or 8 times a power of ten, so that each quarter of the axis has a short label. */
export function roundUpAxis(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

/** Draws a label below the chart at a horizontal position. With `top`, also draws a line from there. */
export function tick(x: number, label: string, bottom: number, top?: number): string {
  const at = round(x);
  const line =
    top === undefined ? '' : `<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/>`;
  return `${line}<text class="tick" x="${at}" y="${bottom + 13}" text-anchor="middle">${escapeText(label)}</text>`;
}

export interface SecondTicksProps {
  /** Duration of the axis, in seconds. */
  readonly seconds: number;
  readonly maxTicks: number;
  /** Returns the horizontal position of the start of a second. */
  readonly x: (second: number) => number;
  readonly top: number;
  readonly bottom: number;
}

/** Intervals between two ticks, in seconds. */
const TICK_INTERVALS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800];
const MAX_TICK_INTERVAL = 3_600;

/** Draws ticks of a time axis at intervals that people count in. */
export function secondTicks({ seconds, maxTicks, x, top, bottom }: SecondTicksProps): readonly string[] {
  const interval = TICK_INTERVALS.find((one) => seconds / one <= maxTicks) ?? MAX_TICK_INTERVAL;
  return Array.from({ length: Math.floor(seconds / interval) + 1 }, (_, index) =>
    tick(x(index * interval), `${index * interval} s`, bottom, top),
  );
}
