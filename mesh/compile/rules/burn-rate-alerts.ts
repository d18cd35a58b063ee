import { serviceDashboardId } from '../dashboards/dashboard-ids.ts';
import type { AlertingRule, AlertSeverity } from './rule-file.ts';
import { errorRatio, recorded, type Slo, type SloWindow } from './slo.ts';

/** A speed at which an error budget must not be spent. */
export interface BurnRateLimit {
  readonly severity: AlertSeverity;
  /** Part of the error budget, in percent, that is spent when the alert fires after `longWindow`. */
  readonly budgetPercent: number;
  /** Shows that a significant part of the budget is spent. */
  readonly longWindow: SloWindow;
  /** Shows that it is still being spent, so that the alert resolves soon after the problem ends. */
  readonly shortWindow: SloWindow;
}

/**
 * Multi-window, multi-burn-rate limits.
 * @see https://sre.google/workbook/alerting-on-slos/#recommended_parameters_for_an_slo_based_a
 */
export const BURN_RATE_LIMITS: readonly BurnRateLimit[] = [
  { severity: 'page', budgetPercent: 2, longWindow: '1h', shortWindow: '5m' },
  { severity: 'page', budgetPercent: 5, longWindow: '6h', shortWindow: '30m' },
  { severity: 'ticket', budgetPercent: 10, longWindow: '1d', shortWindow: '2h' },
  { severity: 'ticket', budgetPercent: 10, longWindow: '3d', shortWindow: '6h' },
];

const HOURS: Readonly<Record<SloWindow, number>> = {
  '5m': 5 / 60,
  '30m': 0.5,
  '1h': 1,
  '2h': 2,
  '6h': 6,
  '1d': 24,
  '3d': 72,
};

/** Returns the burn rate of a limit: 1 spends exactly the whole budget in the window of the objective. */
export function burnRateOf({ budgetPercent, longWindow }: BurnRateLimit, windowDays: number): number {
  return Number((((budgetPercent / 100) * windowDays * 24) / HOURS[longWindow]).toPrecision(12));
}

/** Returns the error ratio above which a limit is exceeded, 0 to 1. */
export function errorRatioLimit(limit: BurnRateLimit, { objective, service }: Slo): number {
  const burnRate = burnRateOf(limit, service.serviceLevel.windowDays);
  return Number((burnRate * (1 - objective)).toPrecision(9));
}

/** Returns an alert of each severity for one objective. */
export function burnRateAlerts(slo: Slo): readonly AlertingRule[] {
  return (['page', 'ticket'] as const).map((severity) => burnRateAlert(slo, severity));
}

function burnRateAlert(slo: Slo, severity: AlertSeverity): AlertingRule {
  const { name, service, objective, bad } = slo;
  const limits = BURN_RATE_LIMITS.filter((limit) => limit.severity === severity);
  const percent = Number((objective * 100).toPrecision(6));
  const { windowDays } = service.serviceLevel;
  const speeds = limits.map((limit) => `${limit.budgetPercent} % in ${limit.longWindow}`).join(' or ');
  return {
    alert: `${name === 'availability' ? 'Availability' : 'Latency'}ErrorBudgetBurn`,
    expr: limits.map((limit) => exceeds(limit, slo)).join('\nor\n'),
    labels: { severity, namespace: service.platform.namespace, service: service.name, slo: name },
    annotations: {
      summary: `${service.name} spends its ${name} error budget too fast`,
      description: `Requests to ${service.name} that ${bad} spend the error budget of the objective, ${percent} % in ${windowDays} days, at a rate of ${speeds} or more. Share of these requests now: {{ $value | humanizePercentage }}.`,
      dashboard: serviceDashboardId(service),
    },
  };
}

/** Returns whether both windows exceed the limit. The value is the error ratio of the short window. */
function exceeds(limit: BurnRateLimit, slo: Slo): string {
  const ratio = errorRatioLimit(limit, slo);
  const above = (window: SloWindow) => `${recorded(errorRatio(window), slo)} > ${ratio}`;
  return `(${above(limit.shortWindow)} and ${above(limit.longWindow)})`;
}
