import { formatMs, formatPercent, formatRate } from '../format/figures.ts';
import { type CallGroup, callState, type EdgeState } from './call-groups.ts';

/** Lines of the label of an edge. Parts that are zero are left out. */
export interface EdgeLabel {
  /** Rate and error share. */
  readonly traffic: string;
  /** Percentiles; empty without requests. */
  readonly latency: string;
  /** State and decisions that need attention; empty if nothing does. */
  readonly warning: string;
}

/** Names the states for the legend and for labels. */
export const STATE_TEXTS: Readonly<Record<EdgeState, string>> = {
  healthy: 'healthy',
  idle: 'idle',
  failing: 'failing',
  'over-retrying': 'over-retrying',
  unused: 'unused',
  undeclared: 'undeclared',
};

/** Returns the label of an edge. */
export function edgeLabel(group: CallGroup): EdgeLabel {
  const { calls, state, ratePerSecond, errorRatio, p50Ms, p99Ms } = group;
  const bound = calls.length > 1 ? '≤\u00a0' : '';
  const traffic = [
    ratePerSecond > 0 ? formatRate(ratePerSecond) : '',
    errorRatio > 0 ? `${formatPercent(errorRatio)} errors` : '',
  ];
  const latency =
    p50Ms === null || p99Ms === null
      ? []
      : [`p50 ${bound}${formatMs(p50Ms)}`, `p99 ${bound}${formatMs(p99Ms)}`];
  return {
    traffic: join(traffic) || (state === 'unused' || state === 'undeclared' ? '' : 'idle'),
    latency: join(latency),
    warning: join(warnings(group)),
  };
}

/** Returns a label for phones, without percentiles and with one part per line. */
export function compactEdgeLabel(group: CallGroup): EdgeLabel {
  const { ratePerSecond, errorRatio } = group;
  return {
    traffic: ratePerSecond > 0 ? formatRate(ratePerSecond) : '',
    latency: errorRatio > 0 ? `${formatPercent(errorRatio)} errors` : '',
    warning: warnings(group)[0] ?? '',
  };
}

/** Returns what an edge says to a screen reader: its services, its state and its label. */
export function edgeDescription(group: CallGroup, { traffic, latency, warning }: EdgeLabel): string {
  const { caller, callee, calls } = group;
  const count = calls.length > 1 ? `, ${calls.length} calls` : '';
  const state = STATE_TEXTS[group.state];
  return [`${caller} to ${callee}${count}: ${state}`, traffic, latency, warning]
    .filter((part) => part !== '' && part !== state)
    .join(', ');
}

function warnings({ calls, state, retryRatio, ejected, isBreakerOpen }: CallGroup): readonly string[] {
  const unused = calls.filter((call) => callState(call) === 'unused').length;
  return [
    state === 'undeclared' || state === 'unused' ? STATE_TEXTS[state] : '',
    state !== 'unused' && unused > 0 ? `${unused} of ${calls.length} calls unused` : '',
    retryRatio >= 0.001 ? `retries ${formatPercent(retryRatio)}` : '',
    ejected > 0 ? `${ejected} ejected` : '',
    isBreakerOpen ? 'breaker open' : '',
  ].filter((text) => text !== '');
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
