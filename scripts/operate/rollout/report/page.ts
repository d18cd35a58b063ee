import { escapeText } from '../../report/escape-text.ts';
import type { CanaryStep, Rollout } from '../canary.ts';
import { formatPercent } from '../judge.ts';
import { drawChart } from './chart.ts';

const STYLE = `
  :root { color-scheme: light dark; --page: #f8fafc; --box: #ffffff; --ink: #1f2933; --soft: #5b6b7b; --line: #dbe2ea;
    --canary: #b45309; --baseline: #2b6cb0; --limit: #66788a; --good: #2f7d4f; --bad: #b42318; }
  @media (prefers-color-scheme: dark) {
    :root { --page: #10171f; --box: #1c2733; --ink: #e6edf3; --soft: #9fb0c0; --line: #33424f;
      --canary: #f0a13c; --baseline: #63a4e8; --limit: #8fa1b3; --good: #58b981; --bad: #f2766b; }
  }
  body { margin: 0; padding: 32px 20px; background: var(--page); color: var(--ink);
    font: 15px/1.5 ui-sans-serif, system-ui, sans-serif; }
  main { max-width: 980px; margin: 0 auto; }
  h1 { font-size: 22px; margin: 0 0 6px; }
  .outcome { border-left: 4px solid var(--good); padding: 2px 0 2px 12px; margin: 14px 0 20px; }
  .outcome.bad { border-color: var(--bad); }
  .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 16px; }
  .charts > div, .table { background: var(--box); border: 1px solid var(--line); border-radius: 10px; padding: 12px; }
  .table { overflow-x: auto; margin-top: 16px; }
  svg { width: 100%; height: auto; display: block; }
  svg text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: var(--soft); dominant-baseline: central; }
  svg .title { font-size: 14px; font-weight: 600; fill: var(--ink); }
  .grid { stroke: var(--line); }
  path { fill: none; stroke-width: 2; }
  path.canary { stroke: var(--canary); } circle.canary, svg .name.canary { fill: var(--canary); }
  path.baseline { stroke: var(--baseline); } circle.baseline, svg .name.baseline { fill: var(--baseline); }
  path.limit { stroke: var(--limit); stroke-width: 1.5; stroke-dasharray: 5 4; }
  circle.limit, svg .name.limit { fill: var(--limit); }
  svg .name { font-weight: 600; }
  table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; white-space: nowrap; }
  th, td { text-align: right; padding: 5px 8px; border-bottom: 1px solid var(--line); }
  th { font-weight: 600; color: var(--soft); } tr:last-child td { border-bottom: 0; }
  th:first-child, td:first-child { text-align: left; }
  p.note { color: var(--soft); font-size: 13px; }`;

/** Renders a rollout as a self-contained HTML page with a light and a dark theme. */
export function renderRolloutPage(rollout: Rollout, createdAt: Date): string {
  const { service, version, baseline, steps, objective, stopped } = rollout;
  const labels = steps.map((step) => `${step.percent} %`);
  const both = (of: (step: CanaryStep, side: 'canary' | 'baseline' | 'limits') => number | undefined) => [
    { name: 'limit', kind: 'limit' as const, values: steps.map((step) => of(step, 'limits')) },
    { name: baseline, kind: 'baseline' as const, values: steps.map((step) => of(step, 'baseline')) },
    { name: version, kind: 'canary' as const, values: steps.map((step) => of(step, 'canary')) },
  ];
  const errors = drawChart({
    title: 'Requests that failed',
    unit: '%',
    labels,
    series: both((step, side) => finiteOrUndefined(step[side].errorPercent)),
  });
  const latency = drawChart({
    title: '99th percentile of the latency',
    unit: 'ms',
    labels,
    series: both((step, side) => step[side].p99),
  });
  const title = `Canary of ${service} ${version}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<main>
<h1>${escapeText(title)}</h1>
<p class="outcome${stopped ? ' bad' : ''}">${escapeWithUnits(describeOutcome(rollout))}</p>
<div class="charts"><div>${errors}</div><div>${latency}</div></div>
<div class="table"><table>
<thead><tr>${columnHeads(rollout)
    .map((head) => `<th>${escapeText(head)}</th>`)
    .join('')}</tr></thead>
<tbody>
${steps
  .map(
    (step) =>
      `<tr>${rowCells(step)
        .map((cell) => `<td>${escapeText(cell)}</td>`)
        .join('')}</tr>`,
  )
  .join('\n')}
</tbody>
</table></div>
<p class="note">${escapeWithUnits(`Counted by the sidecars of the pods, for inbound requests. ${version} may have ${objective.maxErrorRateIncrease} percentage points more errors than ${baseline}, and a p99 of ${objective.maxP99Ratio} times its p99 and ${objective.p99Slack}. At 100 %, the figures of ${baseline} cover all earlier steps. ${createdAt.toISOString()}`)}</p>
</main>
</body>
</html>
`;
}

/** Escapes text, and joins numbers and units with a non-breaking space. */
function escapeWithUnits(text: string): string {
  return escapeText(text).replaceAll(/(\d) (%|ms)/g, '$1&nbsp;$2');
}

/** Returns the outcome of a rollout as one sentence. */
export function describeOutcome({ version, steps, stopped }: Rollout): string {
  return stopped ?? `${version} has ${steps.at(-1)?.percent ?? 0} % of the requests and keeps them.`;
}

/** Returns the column heads of the table of steps. */
export function columnHeads({ version, baseline }: Pick<Rollout, 'version' | 'baseline'>): readonly string[] {
  const each = (name: string) => [`${name} requests`, `${name} failed`, `${name} p99`];
  return ['step', 'window', ...each(version), ...each(baseline), 'max failed', 'max p99', ''];
}

/** Returns a step as a row of the table of steps. */
export function rowCells({
  percent: share,
  seconds,
  canary,
  baseline,
  limits,
  reasons,
}: CanaryStep): readonly string[] {
  const each = ({ requests, errorPercent, p99 }: CanaryStep['canary']) => [
    String(requests),
    requests === 0 ? '' : formatPercent(errorPercent),
    formatMilliseconds(p99),
  ];
  return [
    `${share} %`,
    `${seconds.toFixed(0)} s`,
    ...each(canary),
    ...each(baseline),
    formatPercent(limits.errorPercent),
    formatMilliseconds(limits.p99),
    reasons.length === 0 ? 'holds' : 'WORSE',
  ];
}

function formatMilliseconds(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(1)} ms`;
}

function finiteOrUndefined(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
