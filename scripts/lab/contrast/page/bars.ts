import { CHART, chartRow, frame, round, widthOf } from '../../../operate/report/chart.ts';
import { escapeText } from '../../../operate/report/escape-text.ts';
import type { ContrastLayer } from '../report.ts';

export interface Bar {
  readonly layer: ContrastLayer;
  /** Lengths of stacked segments; those after the first are lighter. Undefined segments are not drawn. */
  readonly parts: readonly (number | undefined)[];
  /** Label after the bar. */
  readonly text: string;
}

export interface BarGroup {
  /** @default no heading */
  readonly name?: string;
  readonly bars: readonly Bar[];
}

export interface BarsProps {
  readonly title: string;
  readonly note: string;
  readonly groups: readonly BarGroup[];
  /** The value of a bar of full length. @default the longest bar */
  readonly maxValue?: number;
}

// Lengths in CSS pixels.
const HEIGHT = 200;
const ROW = { min: 22, max: 40 };
const MIN_SEGMENT_WIDTH = 2;

/** Draws a horizontal bar chart with a bar for each layer, followed by its label. */
export function bars({ title, note, groups, maxValue }: BarsProps): string {
  const all = groups.flatMap((group) => group.bars);
  const end = maxValue ?? Math.max(...all.map(({ parts }) => sum(parts)), 0);
  const texts = Math.max(...all.map(({ text }) => widthOf(text)), 0);
  const length = CHART.width - CHART.names - texts - 8;
  const scale = end > 0 ? length / end : 0;
  const lines = all.length + groups.filter(({ name }) => name !== undefined).length;
  const row = Math.round(Math.min(ROW.max, Math.max(ROW.min, HEIGHT / lines)));
  const body: string[] = [];
  let y: number = CHART.head;
  for (const group of groups) {
    if (group.name !== undefined) {
      body.push(`<text class="group" x="0" y="${y + row / 2}">${escapeText(group.name)}</text>`);
      y += row;
    }
    const top = y;
    for (const bar of group.bars) {
      body.push(
        chartRow({ name: bar.layer, y: y + row / 2, marks: segments(bar, y + row / 2, row * 0.6, scale) }),
      );
      y += row;
    }
    body.push(`<line class="axis" x1="${CHART.names}" x2="${CHART.names}" y1="${top}" y2="${y}"/>`);
  }
  const summary = groups
    .flatMap(({ name, bars: groupBars }) =>
      groupBars.map(({ layer, text }) => [name, layer, text].filter(Boolean).join(' ')),
    )
    .join(', ');
  return frame({ title, note, height: y - CHART.head, body, summary });
}

function segments({ parts, text }: Bar, y: number, thickness: number, scale: number): readonly string[] {
  let x: number = CHART.names;
  const rects = parts.map((part, index) => {
    if (!part || !(part > 0)) return '';
    const width = Math.max(MIN_SEGMENT_WIDTH, part * scale);
    const rect = `<rect class="mark${index > 0 ? ' light' : ''}" x="${round(x)}" y="${round(y - thickness / 2)}" width="${round(width)}" height="${round(thickness)}"/>`;
    x += width;
    return rect;
  });
  return [...rects, `<text class="value" x="${round(x + 6)}" y="${y}">${escapeText(text)}</text>`];
}

function sum(parts: Bar['parts']): number {
  return parts.reduce<number>((all, part) => all + (part ?? 0), 0);
}
