import { rate, share, sum } from '../promql/expressions.ts';
import { type ServedRequests, servedRequests } from '../promql/requests.ts';
import type { LabelMatch } from '../promql/selector.ts';
import type { RecordingRule } from './rule-file.ts';
import {
  errorRatio,
  latencyThresholdSeconds,
  RECORDED,
  recorded,
  SLO_WINDOWS,
  type Slo,
  type SloWindow,
} from './slo.ts';

/** Returns the rules that record how well a service keeps one objective. */
export function sloRecordingRules(slo: Slo): readonly RecordingRule[] {
  const { service } = slo;
  const labels = { namespace: service.platform.namespace, service: service.name, slo: slo.name };
  const record = (name: string, expr: string): RecordingRule => ({ record: name, expr, labels });
  const period = `${service.serviceLevel.windowDays}d` as const;
  const budget = Number((1 - slo.objective).toPrecision(12));
  const whole = (name: string) => `sum_over_time(${recorded(name, slo)}[${period}])`;
  return [
    ...SLO_WINDOWS.map((window) => record(errorRatio(window), errorRatioIn(slo, window))),
    record(RECORDED.requests, total(slo, '5m')),
    record(RECORDED.errors, `${recorded(errorRatio('5m'), slo)} * ${recorded(RECORDED.requests, slo)}`),
    // Weighted by requests: the mean of the ratios would count a quiet night as much as a busy day.
    record(errorRatio(period), `${whole(RECORDED.errors)} / ${whole(RECORDED.requests)} >= 0`),
    record(RECORDED.budget, `vector(${budget})`),
    record(RECORDED.burnRate, `${recorded(errorRatio('1h'), slo)} / ${recorded(RECORDED.budget, slo)}`),
    record(
      RECORDED.remaining,
      `1 - ${recorded(errorRatio(period), slo)} / ${recorded(RECORDED.budget, slo)}`,
    ),
  ];
}

/** Returns the share of bad requests in a window: 0 if none is bad, and no value without requests. */
function errorRatioIn(slo: Slo, window: SloWindow): string {
  if (slo.name === 'availability') return share(bad(slo, window), total(slo, window));
  const fast = sumAll(
    slo,
    window,
    ({ metric, timed }) =>
      [`${metric}_bucket`, { ...timed, le: bound(latencyThresholdSeconds(slo.service)) }] as const,
  );
  // The sums of equal rates may differ in the last bit, so that a share of 0 would be slightly negative.
  return `clamp_min(1 - ${fast} / ${total(slo, window)}, 0) >= 0`;
}

function total(slo: Slo, window: SloWindow): string {
  return sumAll(slo, window, ({ metric, all, timed }) => [
    `${metric}_count`,
    slo.name === 'latency' ? timed : all,
  ]);
}

function bad(slo: Slo, window: SloWindow): string {
  return sumAll(slo, window, ({ metric, failed }) => [`${metric}_count`, failed]);
}

/** Returns the sum of the rates of all protocols that a service serves. */
function sumAll(
  { service }: Slo,
  window: SloWindow,
  series: (requests: ServedRequests) => readonly [metric: string, matchers: ServedRequests['all']],
): string {
  // Adding sums would leave no value at all while a protocol has no series. The labels of protocols differ, so `or`
  // keeps the series of both.
  return sum(
    servedRequests(service)
      .map((requests) => rate(...series(requests), window))
      .join(' or '),
  );
}

/** Matches the bucket of a bound in the spelling of Prometheus 3, `1.0`, and in that of Prometheus 2, `1`. */
function bound(seconds: number): LabelMatch {
  return Number.isInteger(seconds) ? { operator: '=~', value: `${seconds}(\\.0)?` } : String(seconds);
}
