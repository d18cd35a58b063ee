import { escapeText } from '../../../operate/report/escape-text.ts';
import { roundUpAxis } from '../../../operate/rollout/report/chart.ts';
import { CHART as NARROW, round } from '../../contrast/page/frame.ts';
import type { ChaosReport } from '../chaos-report.ts';
import { faultMark } from './fault-mark.ts';

/** Lengths in CSS pixels. */
const WIDTH = 2 * NARROW.width;
const LABEL_WIDTH = 104;
const HEAD = NARROW.head;
const STRIP_HEIGHT = 90;
const GAP = 14;
const ROW_HEIGHT = 18;
const TICKS_HEIGHT = 24;

/** Draws orders answered and requests failed per second and, below, the faults in one row per target. */
export function timelineChart({ timeline, faults }: ChaosReport): string {
  const seconds = Math.max(1, timeline.length);
  const x = (second: number) => round(LABEL_WIDTH + (second * (WIDTH - LABEL_WIDTH)) / seconds);
  const targets = [...new Set(faults.map(({ target }) => target))].sort();
  const marksTop = HEAD + 2 * (STRIP_HEIGHT + GAP);
  const bottom = marksTop + targets.length * ROW_HEIGHT;
  const strips = [
    strip(
      'answered',
      'done',
      timeline.map(({ answered }) => answered),
      HEAD,
      x,
    ),
    strip(
      'failed',
      'lost',
      timeline.map(({ failed }) => failed),
      HEAD + STRIP_HEIGHT + GAP,
      x,
    ),
  ];
  const rows = targets.map((target, index) => {
    const y = marksTop + (index + 0.5) * ROW_HEIGHT;
    const marks = faults
      .filter((fault) => fault.target === target)
      .map(({ kind, text, at }) => faultMark(kind, x(at), y, `${text}, after ${at.toFixed(1)} s`));
    return `<text class="name" x="${LABEL_WIDTH - 10}" y="${y}" text-anchor="end">${escapeText(target)}</text><line class="grid" x1="${LABEL_WIDTH}" x2="${WIDTH}" y1="${y}" y2="${y}"/>${marks.join('')}`;
  });
  const step = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800].find((one) => seconds / one <= 12) ?? 3_600;
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => {
    const at = x(index * step);
    return `<line class="grid" x1="${at}" x2="${at}" y1="${HEAD}" y2="${bottom}"/><text class="tick" x="${at}" y="${bottom + 13}" text-anchor="middle">${index * step} s</text>`;
  });
  return `<svg viewBox="0 0 ${WIDTH + 16} ${bottom + TICKS_HEIGHT}" role="img" aria-label="${escapeText(summary(timeline.length, faults.length))}">
<text class="title" x="0" y="11">Second by second</text>
<text class="note" x="0" y="29">orders with their final answer, requests that were retried, and faults by target</text>
${[...ticks, ...strips, ...rows].join('\n')}
</svg>`;
}

function summary(seconds: number, faults: number): string {
  return `Orders answered and requests failed in each of ${seconds} seconds, with ${faults} faults; the tables below have the figures`;
}

/** Draws a step for each second on a scale from 0 to a round number above the maximum. */
function strip(
  name: string,
  kind: 'done' | 'lost',
  values: readonly number[],
  top: number,
  x: (second: number) => number,
): string {
  const max = roundUpAxis(Math.max(0, ...values));
  const base = top + STRIP_HEIGHT;
  const steps = values.map(
    (value, second) => `${x(second)} ${round(base - (value / max) * STRIP_HEIGHT)}H${x(second + 1)}`,
  );
  const path = `M${steps.join('L')}`;
  return `<g class="${kind}"><text class="name" x="${LABEL_WIDTH - 10}" y="${top + STRIP_HEIGHT / 2}" text-anchor="end">${name}</text>
<text class="tick" x="${LABEL_WIDTH - 10}" y="${top + 5}" text-anchor="end">${max}/s</text><line class="axis" x1="${LABEL_WIDTH}" x2="${x(values.length)}" y1="${base}" y2="${base}"/>
<path class="area" d="${path}V${base}H${x(0)}Z"/><path class="line" d="${path}"/></g>`;
}
