import { secondTicks } from '../../../operate/report/axis.ts';
import { CHART, chartRow, frame, round, stepArea } from '../../../operate/report/chart.ts';
import { count, milliseconds, percent, withUnit } from '../../../operate/report/figures.ts';
import type { RunSecond, ScenarioResult, ScenarioRun } from '../report.ts';
import { logScale } from './log-scale.ts';

// Lengths in CSS pixels.
const ROW = 36;
const GAP = 8;
const TEXTS = 116;
const TICKS = 22;
const LENGTH = CHART.width - CHART.names - TEXTS;

/** Defines how a timeline shows the seconds of a run. */
interface TimelineProps {
  readonly title: string;
  readonly note: string;
  readonly value: (second: RunSecond) => number | undefined;
  /** Returns the position of a value in the height of a strip, 0 to 1. */
  readonly height: (value: number) => number;
  /** The value of the dashed line. */
  readonly limit: number;
  /** Summarizes the values of a strip. */
  readonly text: (values: readonly number[]) => string;
}

/** Draws the success rate by the second in which requests were due, in a strip for each layer. */
export function successTimeline(scenario: ScenarioResult): string {
  return drawStrips(scenario, {
    title: 'Success over time',
    note: 'by the second in which requests were due; each strip from 0 to 100 %',
    value: ({ sent, succeeded }) => (sent > 0 ? succeeded / sent : undefined),
    height: (value) => value,
    limit: 1,
    text: (values) => `lowest ${percent(Math.min(...values))}`,
  });
}

/** Draws the p99 by the second in which requests were due, in a strip for each layer. */
export function p99Timeline(scenario: ScenarioResult): string {
  const all = scenario.runs.flatMap(({ timeline }) => timeline.flatMap(({ p99Ms }) => p99Ms ?? []));
  const { at, ticks } = logScale([...all, scenario.maxUsefulLatencyMs]);
  const ms = (value = 0) => withUnit(count(value), 'ms');
  return drawStrips(scenario, {
    title: 'p99 over time',
    note: `each strip from ${ms(ticks[0])} to ${ms(ticks.at(-1))}, logarithmic; dashed: ${ms(scenario.maxUsefulLatencyMs)}`,
    value: ({ p99Ms }) => p99Ms,
    height: at,
    limit: scenario.maxUsefulLatencyMs,
    text: (values) => `highest ${milliseconds(Math.max(...values))}`,
  });
}

function drawStrips({ runs, durationS }: ScenarioResult, props: TimelineProps): string {
  const bottom = CHART.head + runs.length * ROW;
  const texts = runs.map((run) => textOf(run, props));
  const x = (second: number) => CHART.names + (second / Math.max(1, durationS)) * LENGTH;
  const ticks = secondTicks({ seconds: durationS, maxTicks: 6, x, top: CHART.head, bottom });
  const rows = runs.map((run, index) => {
    const top = CHART.head + index * ROW;
    const y = (value: number) => top + ROW - props.height(value) * (ROW - GAP);
    const limitY = round(y(props.limit));
    const limit = `<line class="limit" x1="${CHART.names}" x2="${CHART.names + LENGTH}" y1="${limitY}" y2="${limitY}"/>`;
    const text = `<text class="value" x="${CHART.width}" y="${top + GAP + (ROW - GAP) / 2}" text-anchor="end">${texts[index]}</text>`;
    const strips = contiguousPoints(run, props).map((points) =>
      stepArea(
        points[0]?.second ?? 0,
        points.map(({ value }) => y(value)),
        x,
        top + ROW,
      ),
    );
    return chartRow({ name: run.layer, y: top + GAP + (ROW - GAP) / 2, marks: [...strips, limit, text] });
  });
  return frame({
    title: props.title,
    note: props.note,
    height: bottom + TICKS - CHART.head,
    body: [...ticks, ...rows],
    summary: runs.map(({ layer }, index) => `${layer} ${texts[index]}`).join(', '),
  });
}

interface Point {
  readonly second: number;
  readonly value: number;
}

function textOf({ timeline }: ScenarioRun, { value, text }: TimelineProps): string {
  const values = timeline.flatMap((second) => value(second) ?? []);
  return values.length > 0 ? text(values) : 'no data';
}

/** Splits a timeline into runs of consecutive seconds with a value, so that missing seconds appear as gaps. */
function contiguousPoints(
  { timeline }: ScenarioRun,
  { value }: TimelineProps,
): readonly (readonly Point[])[] {
  const groups: Point[][] = [];
  for (const one of timeline) {
    const pointValue = value(one);
    if (pointValue === undefined) continue;
    const point = { second: one.second, value: pointValue };
    const group = groups.at(-1);
    if (group?.at(-1)?.second === one.second - 1) group.push(point);
    else groups.push([point]);
  }
  return groups;
}
