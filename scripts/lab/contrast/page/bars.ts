import { escapeText } from '../../../operate/report/escape-text.ts';
import type { Contrasted } from '../report.ts';
import { CHART, frame, layerRow, round, widthOf } from './frame.ts';

export interface Bar {
  readonly layer: Contrasted;
  /** Lengths beside each other; the second is drawn lighter. Undefined where there is nothing to draw. */
  readonly parts: readonly (number | undefined)[];
  /** What stands behind the bar. */
  readonly text: string;
}

export interface BarGroup {
  /** @default no line of its own */
  readonly name?: string;
  readonly bars: readonly Bar[];
}

export interface BarsProps {
  readonly title: string;
  readonly note: string;
  readonly groups: readonly BarGroup[];
  /** Where the bars may end. @default the longest bar */
  readonly most?: number;
}

/** CSS pixels. */
const HEIGHT = 200;
const ROW = { least: 22, most: 40 };
/** The shortest bar that is seen to be one. */
const LEAST = 2;

/** Bars from the left, one a layer, each with its figure behind it. */
export function bars({ title, note, groups, most }: BarsProps): string {
  const all = groups.flatMap((group) => group.bars);
  const end = most ?? Math.max(...all.map(({ parts }) => sum(parts)), 0);
  const texts = Math.max(...all.map(({ text }) => widthOf(text)), 0);
  const length = CHART.width - CHART.names - texts - 8;
  const scale = end > 0 ? length / end : 0;
  const lines = all.length + groups.filter(({ name }) => name !== undefined).length;
  const row = Math.round(Math.min(ROW.most, Math.max(ROW.least, HEIGHT / lines)));
  const body: string[] = [];
  let y: number = CHART.head;
  for (const group of groups) {
    if (group.name !== undefined) {
      body.push(`<text class="group" x="0" y="${y + row / 2}">${escapeText(group.name)}</text>`);
      y += row;
    }
    const top = y;
    for (const bar of group.bars) {
      body.push(layerRow(bar.layer, y + row / 2, marks(bar, y + row / 2, row * 0.6, scale)));
      y += row;
    }
    body.push(`<line class="axis" x1="${CHART.names}" x2="${CHART.names}" y1="${top}" y2="${y}"/>`);
  }
  const summary = groups
    .flatMap(({ name, bars: some }) =>
      some.map(({ layer, text }) => [name, layer, text].filter(Boolean).join(' ')),
    )
    .join(', ');
  return frame({ title, note, height: y - CHART.head, body, summary });
}

function marks({ parts, text }: Bar, y: number, thick: number, scale: number): readonly string[] {
  let x: number = CHART.names;
  const drawn = parts.map((part, index) => {
    if (!part || !(part > 0)) return '';
    const width = Math.max(LEAST, part * scale);
    const rect = `<rect class="mark${index > 0 ? ' light' : ''}" x="${round(x)}" y="${round(y - thick / 2)}" width="${round(width)}" height="${round(thick)}"/>`;
    x += width;
    return rect;
  });
  return [...drawn, `<text class="value" x="${round(x + 6)}" y="${y}">${escapeText(text)}</text>`];
}

function sum(parts: Bar['parts']): number {
  return parts.reduce<number>((all, part) => all + (part ?? 0), 0);
}
