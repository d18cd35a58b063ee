import { escapeText } from '../../../operate/report/escape-text.ts';
import type { Contrasted } from '../report.ts';

/** Lengths of a chart in CSS pixels: its width, the names at its left, and its head. */
export const CHART = { width: 460, names: 80, head: 46 } as const;

export interface FrameProps {
  readonly title: string;
  /** Says the unit, and what is better. */
  readonly note: string;
  /** Of the part below the head, in CSS pixels. */
  readonly height: number;
  /** SVG of that part. */
  readonly body: readonly string[];
  /** The figures as a sentence, for those who do not see the chart. */
  readonly summary: string;
}

/** A chart as SVG, with its title; its colours are classes, for the page to set. */
export function frame({ title, note, height, body, summary }: FrameProps): string {
  const label = escapeText(`${title}, ${note}. ${summary}`);
  return `<svg viewBox="0 0 ${CHART.width} ${CHART.head + height}" role="img" aria-label="${label}">
<text class="title" x="0" y="11">${escapeText(title)}</text>
<text class="note" x="0" y="29">${escapeText(note)}</text>
${body.join('\n')}
</svg>`;
}

/** What belongs to a layer, in its colour, behind its name at height `y`. */
export function layerRow(layer: Contrasted, y: number, marks: readonly string[]): string {
  const name = `<text class="name" x="${CHART.names - 10}" y="${round(y)}" text-anchor="end">${layer}</text>`;
  return `<g class="${layer}">${name}${marks.join('')}</g>`;
}

/** A tenth of a pixel is as fine as anyone sees. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** About the width of a text in a chart, in CSS pixels. */
export function widthOf(text: string): number {
  return text.length * 7.4;
}
