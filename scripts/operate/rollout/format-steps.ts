import type { CanaryStep, Rollout } from './canary.ts';
import { formatPercent } from './judge.ts';

/** Returns the outcome of a rollout as one sentence. */
export function describeOutcome({ version, steps, stopped }: Rollout): string {
  return stopped ?? `${version} has ${steps.at(-1)?.percent ?? 0} % of the requests, and the weight stays.`;
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
    reasons.length === 0 ? 'ok' : 'WORSE',
  ];
}

function formatMilliseconds(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(1)} ms`;
}
