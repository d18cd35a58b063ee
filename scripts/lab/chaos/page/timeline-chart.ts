import { roundUpAxis, secondTicks } from '../../../operate/report/axis.ts';
import { CHART, chartRow, frame, round, stepArea } from '../../../operate/report/chart.ts';
import type { ChaosReport } from '../chaos-report.ts';
import { faultMark } from './fault-mark.ts';

/** Lengths in CSS pixels. */
const WIDTH = 2 * CHART.width;
/** Space for the second half of the last tick's label. */
const MARGIN = 16;
const NAME_WIDTH = 104;
const STRIP_HEIGHT = 90;
const GAP = 14;
const ROW_HEIGHT = 18;
const TICKS_HEIGHT = 24;

/** Draws orders answered and requests failed per second and, below, the faults in one row per target. */
export function timelineChart({ timeline, faults }: ChaosReport): string {
  const seconds = Math.max(1, timeline.length);
  const x = (second: number) => NAME_WIDTH + (second * (WIDTH - NAME_WIDTH)) / seconds;
  const targets = [...new Set(faults.map(({ target }) => target))].sort();
  const marksTop = CHART.head + 2 * (STRIP_HEIGHT + GAP);
  const bottom = marksTop + targets.length * ROW_HEIGHT;
  const answered = timeline.map((second) => second.ordersAnswered);
  const failed = timeline.map((second) => second.requestsFailed);
  const strips = [
    strip('answered', 'done', answered, CHART.head, x),
    strip('failed', 'lost', failed, CHART.head + STRIP_HEIGHT + GAP, x),
  ];
  const rows = targets.map((target, index) => {
    const y = marksTop + (index + 0.5) * ROW_HEIGHT;
    const line = `<line class="grid" x1="${NAME_WIDTH}" x2="${WIDTH}" y1="${y}" y2="${y}"/>`;
    const marks = faults
      .filter((fault) => fault.target === target)
      .map(({ kind, description, atS }) =>
        faultMark(kind, x(atS), y, `${description}, after ${atS.toFixed(1)} s`),
      );
    return chartRow({ name: target, className: 'faults', y, marks: [line, ...marks], nameWidth: NAME_WIDTH });
  });
  return frame({
    title: 'Second by second',
    note: 'orders with their final response, requests that were retried, and faults by target',
    width: WIDTH + MARGIN,
    height: bottom + TICKS_HEIGHT - CHART.head,
    body: [...secondTicks({ seconds, maxTicks: 12, x, top: CHART.head, bottom }), ...strips, ...rows],
    summary: `Completed orders and failed requests in each of ${timeline.length} seconds, with ${faults.length} faults; the tables below have the figures`,
  });
}

/** Draws a step for each second on a scale from 0 to a round number above the maximum. */
function strip(
  name: string,
  className: 'done' | 'lost',
  values: readonly number[],
  top: number,
  x: (second: number) => number,
): string {
  const max = roundUpAxis(Math.max(0, ...values));
  const base = top + STRIP_HEIGHT;
  const heights = values.map((value) => base - (value / max) * STRIP_HEIGHT);
  const marks = [
    `<text class="tick" x="${NAME_WIDTH - 10}" y="${top + 5}" text-anchor="end">${max}/s</text>`,
    `<line class="axis" x1="${NAME_WIDTH}" x2="${round(x(values.length))}" y1="${base}" y2="${base}"/>`,
    stepArea(0, heights, x, base),
  ];
  return chartRow({ name, className, y: top + STRIP_HEIGHT / 2, marks, nameWidth: NAME_WIDTH });
}
