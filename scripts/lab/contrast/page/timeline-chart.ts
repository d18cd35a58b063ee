import type { Run, ScenarioResult, Second } from '../report.ts';
import { count, milliseconds, percent, withUnit } from './figures.ts';
import { CHART, frame, layerRow, round } from './frame.ts';
import { logScale } from './log-scale.ts';

/** CSS pixels. */
const ROW = 36;
const GAP = 8;
const TEXTS = 116;
const TICKS = 22;
const LENGTH = CHART.width - CHART.names - TEXTS;

/** What a timeline shows of each second. */
interface Shown {
  readonly title: string;
  readonly note: string;
  readonly value: (second: Second) => number | undefined;
  /** 0 to 1 in the height of a row. */
  readonly height: (value: number) => number;
  /** Has a dashed line. */
  readonly limit: number;
  /** The figure of a whole row. */
  readonly text: (values: readonly number[]) => string;
}

/** Share of the requests due in each second that succeeded, a strip for each layer. */
export function successTimeline(scenario: ScenarioResult): string {
  return strips(scenario, {
    title: 'Success, second by second',
    note: 'of the requests due in each second; each strip from 0 to 100 %',
    value: ({ sent, succeeded }) => (sent > 0 ? succeeded / sent : undefined),
    height: (value) => value,
    limit: 1,
    text: (values) => `lowest ${percent(Math.min(...values))}`,
  });
}

/** The p99 of the requests due in each second, a strip for each layer. */
export function p99Timeline(scenario: ScenarioResult): string {
  const all = scenario.runs.flatMap(({ timeline }) => timeline.flatMap(({ p99 }) => p99 ?? []));
  const { at, ticks } = logScale([...all, scenario.usefulMs]);
  const ms = (value = 0) => withUnit(count(value), 'ms');
  return strips(scenario, {
    title: 'p99, second by second',
    note: `each strip from ${ms(ticks[0])} to ${ms(ticks.at(-1))}, powers of ten; dashed: ${ms(scenario.usefulMs)}`,
    value: ({ p99 }) => p99,
    height: at,
    limit: scenario.usefulMs,
    text: (values) => `highest ${milliseconds(Math.max(...values))}`,
  });
}

function strips({ runs, seconds }: ScenarioResult, shown: Shown): string {
  const bottom = CHART.head + runs.length * ROW;
  const texts = runs.map((run) => textOf(run, shown));
  const step = [1, 2, 5, 10, 20, 50, 60, 120, 300, 600].find((one) => seconds / one <= 6) ?? seconds;
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => {
    const at = round(x(index * step, seconds));
    return `<line class="grid" x1="${at}" x2="${at}" y1="${CHART.head}" y2="${bottom}"/><text class="tick" x="${at}" y="${bottom + 12}" text-anchor="middle">${index * step} s</text>`;
  });
  const rows = runs.map((run, index) => {
    const top = CHART.head + index * ROW;
    const y = round(top + ROW - shown.height(shown.limit) * (ROW - GAP));
    const limit = `<line class="limit" x1="${CHART.names}" x2="${CHART.names + LENGTH}" y1="${y}" y2="${y}"/>`;
    const text = `<text class="value" x="${CHART.width}" y="${top + GAP + (ROW - GAP) / 2}" text-anchor="end">${texts[index]}</text>`;
    const drawn = stretches(run, shown).map((stretch) => strip(stretch, shown, top, seconds));
    return layerRow(run.layer, top + GAP + (ROW - GAP) / 2, [...drawn, limit, text]);
  });
  return frame({
    title: shown.title,
    note: shown.note,
    height: bottom + TICKS - CHART.head,
    body: [...ticks, ...rows],
    summary: runs.map(({ layer }, index) => `${layer} ${texts[index]}`).join(', '),
  });
}

interface Known {
  readonly second: number;
  readonly value: number;
}

function textOf({ timeline }: Run, { value, text }: Shown): string {
  const values = timeline.flatMap((second) => value(second) ?? []);
  return values.length > 0 ? text(values) : 'nothing';
}

/** Seconds in a row of which something is known: what lies between is a gap, not a line. */
function stretches({ timeline }: Run, { value }: Shown): readonly (readonly Known[])[] {
  const found: Known[][] = [];
  for (const one of timeline) {
    const known = value(one);
    if (known === undefined) continue;
    const last = found.at(-1);
    if (last?.at(-1)?.second === one.second - 1) last.push({ second: one.second, value: known });
    else found.push([{ second: one.second, value: known }]);
  }
  return found;
}

/** A step for each second. */
function strip(known: readonly Known[], { height }: Shown, top: number, seconds: number): string {
  const base = top + ROW;
  const steps = known.map(({ second, value }) => {
    const y = round(base - height(value) * (ROW - GAP));
    return `${round(x(second, seconds))} ${y}H${round(x(second + 1, seconds))}`;
  });
  const [begin, end] = [known[0]?.second ?? 0, (known.at(-1)?.second ?? 0) + 1];
  const line = `M${steps.join('L')}`;
  const area = `M${round(x(begin, seconds))} ${base}L${steps.join('L')}L${round(x(end, seconds))} ${base}Z`;
  return `<path class="area" d="${area}"/><path class="line" d="${line}"/>`;
}

function x(second: number, seconds: number): number {
  return CHART.names + (second / Math.max(1, seconds)) * LENGTH;
}
