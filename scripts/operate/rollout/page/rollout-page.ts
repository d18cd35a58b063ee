import { escapeText } from '../../report/escape-text.ts';
import { reportPage, verdict } from '../../report/page.ts';
import { declareColors } from '../../report/style.ts';
import { cell, columnHead, rowHead, table } from '../../report/table.ts';
import type { CanaryStep, Rollout } from '../canary.ts';
import { columnHeads, describeOutcome, rowCells } from '../format-steps.ts';
import { lineChart } from './line-chart.ts';

const STYLE = `${declareColors('--canary: #b45309; --baseline: #2b6cb0;', '--canary: #f0a13c; --baseline: #63a4e8;')}
  .canary { --mark: var(--canary); --name: var(--canary); } .baseline { --mark: var(--baseline); --name: var(--baseline); }
  .limit { --mark: var(--soft); --name: var(--soft); } .limit .line { stroke-dasharray: 5 4; }
  .line { stroke-width: 2; }`;

/** Renders a rollout as a self-contained HTML page. @param createdAt a UTC instant in ISO 8601 */
export function rolloutPage(rollout: Rollout, createdAt: string): string {
  const { service, version, baseline, steps, objective, stopped } = rollout;
  const { maxErrorRateIncrease, maxP99Ratio, p99Slack } = objective;
  const labels = steps.map((step) => `${step.percent} %`);
  const seriesOf = (
    value: (step: CanaryStep, side: 'canary' | 'baseline' | 'limits') => number | undefined,
  ) => [
    { name: 'limit', kind: 'limit' as const, values: steps.map((step) => value(step, 'limits')) },
    { name: baseline, kind: 'baseline' as const, values: steps.map((step) => value(step, 'baseline')) },
    { name: version, kind: 'canary' as const, values: steps.map((step) => value(step, 'canary')) },
  ];
  const errors = lineChart({
    title: 'Requests that failed',
    unit: '%',
    labels,
    series: seriesOf((step, side) => finiteOrUndefined(step[side].errorPercent)),
  });
  const latency = lineChart({
    title: '99th percentile of the latency',
    unit: 'ms',
    labels,
    series: seriesOf((step, side) => step[side].p99),
  });
  return reportPage({
    title: `Canary of ${service} ${version}`,
    createdAt,
    provenance: ['inbound requests, as counted by the sidecars of the pods'],
    style: STYLE,
    body: `${verdict(escapeWithUnits(describeOutcome(rollout)), stopped === undefined)}
<div class="charts"><figure>${errors}</figure><figure>${latency}</figure></div>
${table(
  columnHeads(rollout).map((head) => columnHead(head)),
  steps.map(stepRow),
)}
<p class="note">${escapeWithUnits(`Limits: the error rate of ${baseline} plus ${maxErrorRateIncrease} percentage ${maxErrorRateIncrease === 1 ? 'point' : 'points'}, and ${maxP99Ratio} times the p99 of ${baseline} plus ${p99Slack}. At 100 %, the figures of ${baseline} cover all earlier steps.`)}</p>`,
  });
}

function stepRow(step: CanaryStep): readonly string[] {
  const [share = '', ...figures] = rowCells(step);
  const outcome = figures.pop() ?? '';
  return [
    rowHead(share),
    ...figures.map((text) => cell(text)),
    cell(outcome, step.reasons.length === 0 ? 'ok' : 'failed'),
  ];
}

/** Escapes text, and joins numbers and units with a non-breaking space. */
function escapeWithUnits(text: string): string {
  return escapeText(text).replaceAll(/(\d) ?(%|ms)/g, '$1&nbsp;$2');
}

function finiteOrUndefined(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
