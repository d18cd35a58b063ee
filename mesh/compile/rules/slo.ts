import type { Service } from '../../graph/service.ts';
import { milliseconds } from '../../policy/duration.ts';
import { targetOf } from '../promql/requests.ts';
import { type Matchers, selector } from '../promql/selector.ts';

/** A promise of a service: the share of its requests that may be bad, and which are. */
export interface Slo {
  /** Value of the label `slo`. */
  readonly name: 'availability' | 'latency';
  readonly service: Service;
  /** Share of the requests that must be good, 0 to 1. */
  readonly objective: number;
  /** Completes "requests that": `failed`. */
  readonly bad: string;
}

/** Windows of the error ratios, in ascending order. Alerts compare pairs of them. */
export const SLO_WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;
export type SloWindow = (typeof SLO_WINDOWS)[number];

/** Names of the recorded series, each with the labels `namespace`, `service` and `slo`. */
export const RECORDED = {
  /** Requests per second. */
  requests: 'slo:requests:rate5m',
  /** Bad requests per second. */
  errors: 'slo:errors:rate5m',
  /** Share of bad requests that the objective allows, 0 to 1. */
  budget: 'slo:error_budget:ratio',
  /** Share of the error budget of the objective's window that is left; negative if the objective is missed. */
  remaining: 'slo:error_budget_remaining:ratio',
  /** Speed at which the budget is spent over the last hour: 1 spends exactly the budget in the objective's window. */
  burnRate: 'slo:burn_rate:ratio_rate1h',
} as const;

/** Returns the name of the recorded share of bad requests in a window. */
export function errorRatio(window: SloWindow | '28d' | '30d'): string {
  return `slo:errors:ratio_rate${window}`;
}

/** Returns the objectives of a service, in the form that rules and dashboards use. */
export function slosOf(service: Service): readonly Slo[] {
  const { availabilityPercent, latencyPercent, latencyThreshold } = service.serviceLevel;
  const slow = `took longer than ${latencyThreshold}`;
  return [
    { name: 'availability', service, objective: toRatio(availabilityPercent), bad: 'failed' },
    { name: 'latency', service, objective: toRatio(latencyPercent), bad: slow },
  ];
}

/** Returns a selector of a recorded series of one objective. */
export function recorded(name: string, { name: slo, service }: Slo): string {
  return selector(name, { ...sloLabels(service), slo });
}

/** Returns the labels of the series of a service's objectives. */
export function sloLabels(service: Service): Matchers {
  return targetOf(service);
}

/** Converts percent to a share, without the digits that binary floating point adds: 99.9 to 0.999. */
export function toRatio(percent: number): number {
  return Number((percent / 100).toPrecision(12));
}

/** Returns the latency threshold of a service, in seconds. */
export function latencyThresholdSeconds({ serviceLevel }: Service): number {
  return milliseconds(serviceLevel.latencyThreshold) / 1_000;
}
