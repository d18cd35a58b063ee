import { escapeText } from '../../../operate/report/escape-text.ts';
import type { ContrastLayer } from '../report.ts';

/** Lengths of a chart in CSS pixels: total width, width of the layer names, height of the title and note. */
export const CHART = { width: 460, names: 80, head: 46 } as const;

export interface FrameProps {
  readonly title: string;
  /** Names the unit, and whether higher or lower is better. */
  readonly note: string;
  /** Height of the body, in CSS pixels. */
  readonly height: number;
  /** SVG elements below the title and note. */
  readonly body: readonly string[];
  /** The values as a sentence, for screen readers. */
  readonly summary: string;
}

/** Renders a chart with its title as SVG. The page's style sheet colors its classes. */
export function frame({ title, note, height, body, summary }: FrameProps): string {
  const label = escapeText(`${title}, ${note}. ${summary}`);
  return `<svg viewBox="0 0 ${CHART.width} ${CHART.head + height}" role="img" aria-label="${label}">
<text class="title" x="0" y="11">${escapeText(title)}</text>
<text class="note" x="0" y="29">${escapeText(note)}</text>
${body.join('\n')}
</svg>`;
}

/** Renders the marks of a layer in its color, after its name at height `y`. */
export function layerRow(layer: ContrastLayer, y: number, marks: readonly string[]): string {
  const name = `<text class="name" x="${CHART.names - 10}" y="${round(y)}" text-anchor="end">${layer}</text>`;
  return `<g class="${layer}">${name}${marks.join('')}</g>`;
}

/** Rounds a length to a tenth of a pixel. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Returns the approximate width of a text in a chart, in CSS pixels. */
export function widthOf(text: string): number {
  return text.length * 7.4;
}
