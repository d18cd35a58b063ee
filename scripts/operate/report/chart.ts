import { escapeText } from './escape-text.ts';

/** Lengths of a chart in CSS pixels: total width, width of the row names, height of the title and note. */
export const CHART = { width: 460, names: 80, head: 46 } as const;

export interface FrameProps {
  readonly title: string;
  /** Names the unit, or explains the chart. */
  readonly note: string;
  /** In CSS pixels. @default CHART.width */
  readonly width?: number;
  /** Height of the body, in CSS pixels. */
  readonly height: number;
  /** SVG elements below the title and note. */
  readonly body: readonly string[];
  /** The values as a sentence, for screen readers. */
  readonly summary: string;
}

/** Renders a chart with its title as SVG. The page's style sheet colors its classes. */
export function frame({ title, note, width = CHART.width, height, body, summary }: FrameProps): string {
  const label = escapeText(`${title}, ${note}. ${summary}`);
  return `<svg viewBox="0 0 ${width} ${CHART.head + height}" role="img" aria-label="${label}">
<text class="title" x="0" y="11">${escapeText(title)}</text>
<text class="note" x="0" y="29">${escapeText(note)}</text>
${body.join('\n')}
</svg>`;
}

export interface RowProps {
  readonly name: string;
  /** CSS class that sets the color of the row. @default name */
  readonly className?: string;
  /** Middle of the row, in CSS pixels. */
  readonly y: number;
  readonly marks: readonly string[];
  /** Width of the row names, in CSS pixels. @default CHART.names */
  readonly nameWidth?: number;
}

/** Renders the marks of a row in its color, after its name. */
export function chartRow({ name, className = name, y, marks, nameWidth = CHART.names }: RowProps): string {
  const text = `<text class="name" x="${nameWidth - 10}" y="${round(y)}" text-anchor="end">${escapeText(name)}</text>`;
  return `<g class="${className}">${text}${marks.join('')}</g>`;
}

/**
 * Draws values of consecutive seconds as a step line with a filled area.
 * @param first second of the first value
 * @param heights y of each value
 * @param x position of the start of a second
 * @param base y of the bottom of the area
 */
export function stepArea(
  first: number,
  heights: readonly number[],
  x: (second: number) => number,
  base: number,
): string {
  if (heights.length === 0) return '';
  const steps = heights.map(
    (y, index) => `${round(x(first + index))} ${round(y)}H${round(x(first + index + 1))}`,
  );
  const line = `M${steps.join('L')}`;
  return `<path class="area" d="${line}V${base}H${round(x(first))}Z"/><path class="line" d="${line}"/>`;
}

/** Rounds a length to a tenth of a pixel. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Returns the approximate width of a text in a chart, in CSS pixels. */
export function widthOf(text: string): number {
  return text.length * 7.4;
}
