import { tick } from '../../../operate/report/axis.ts';
import { CHART, chartRow, frame, round } from '../../../operate/report/chart.ts';
import { count, milliseconds, withUnit } from '../../../operate/report/figures.ts';
import type { ScenarioResult, ScenarioRun } from '../report.ts';
import { type LogScale, logScale } from './log-scale.ts';

// Lengths in CSS pixels.
const ROW = 32;
const TEXTS = 84;
const TICKS = 24;
const AXIS_START = CHART.names + 6;
const LENGTH = CHART.width - AXIS_START - TEXTS;

/** Draws the latency percentiles of each layer on one line, on a logarithmic scale. */
export function latencyChart({ runs, maxUsefulLatencyMs }: ScenarioResult): string {
  const values = runs.flatMap(({ latencyMs: { p50, p90, p99, p999 } }) => [p50, p90, p99, p999]);
  const scale = logScale([...values, maxUsefulLatencyMs]);
  const bottom = CHART.head + 18 + runs.length * ROW;
  const ticks = scale.ticks.map((value) => tick(x(scale, value), count(value), bottom, CHART.head + 14));
  const rows = runs.map((run, index) => row(run, CHART.head + 18 + (index + 0.5) * ROW, scale));
  return frame({
    title: 'Latency of all requests',
    note: 'ms, logarithmic; ○ p50, • p90, ● p99, | p99.9; value: p99',
    height: bottom + TICKS - CHART.head,
    body: [...ticks, usefulLimit(maxUsefulLatencyMs, scale, bottom), ...rows],
    summary: runs.map(({ layer, latencyMs }) => `${layer} p99 ${milliseconds(latencyMs.p99)}`).join(', '),
  });
}

/** Draws the limit of useful answers. */
function usefulLimit(usefulMs: number, scale: LogScale, bottom: number): string {
  const at = x(scale, usefulMs);
  return `<line class="limit" x1="${at}" x2="${at}" y1="${CHART.head + 10}" y2="${bottom}"/><text class="tick" x="${at}" y="${CHART.head + 2}" text-anchor="middle">useful until ${withUnit(count(usefulMs), 'ms')}</text>`;
}

function row({ layer, latencyMs }: ScenarioRun, y: number, scale: LogScale): string {
  const { p50, p90, p99, p999 } = latencyMs;
  const values = [p50, p90, p99, p999].filter(Number.isFinite);
  const [start, end] = [values[0], values.at(-1)];
  const line =
    start === undefined || end === undefined
      ? ''
      : `<line class="range" x1="${x(scale, start)}" x2="${x(scale, end)}" y1="${y}" y2="${y}"/>`;
  const dot = (value: number, kind: string, radius: number, name: string) =>
    Number.isFinite(value)
      ? `<circle class="${kind}" cx="${x(scale, value)}" cy="${y}" r="${radius}"><title>${layer} ${name}: ${milliseconds(value)}</title></circle>`
      : '';
  const p999Mark = Number.isFinite(p999)
    ? `<line class="end" x1="${x(scale, p999)}" x2="${x(scale, p999)}" y1="${y - 6}" y2="${y + 6}"/>`
    : '';
  const marks = [
    line,
    p999Mark,
    dot(p50, 'hollow', 4, 'p50'),
    dot(p90, 'mark', 2.5, 'p90'),
    dot(p99, 'mark', 5, 'p99'),
    `<text class="value" x="${CHART.width}" y="${y}" text-anchor="end">${milliseconds(p99)}</text>`,
  ];
  return chartRow({ name: layer, y, marks });
}

function x(scale: LogScale, value: number): number {
  return round(AXIS_START + scale.at(value) * LENGTH);
}
