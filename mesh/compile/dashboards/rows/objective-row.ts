import type { Service } from '../../../graph/service.ts';
import { targetOf } from '../../promql/requests.ts';
import { selector } from '../../promql/selector.ts';
import { BURN_RATE_LIMITS, burnRateOf } from '../../rules/burn-rate-alerts.ts';
import { errorRatio, RECORDED, recorded, type Slo, slosOf } from '../../rules/slo.ts';
import type { Panel, PanelQuery, PanelRow } from '../panel.ts';

/** Returns how well a service keeps its objectives. */
export function objectiveRow(service: Service): PanelRow {
  const slos = slosOf(service);
  return {
    title: 'Objectives',
    panels: [
      ...slos.map(attainmentPanel),
      budgetPanel(slos),
      burnRatePanel(service, slos),
      alertsPanel(service),
    ],
  };
}

function attainmentPanel(slo: Slo): Panel {
  const { serviceLevel } = slo.service;
  const { latencyThreshold, windowDays } = serviceLevel;
  const isLatency = slo.name === 'latency';
  const what = isLatency
    ? `Share of the requests that took at most ${latencyThreshold}, without streams`
    : 'Share of the requests that did not fail because of the service';
  return {
    kind: 'stat',
    title: isLatency ? `Within ${latencyThreshold}` : 'Availability',
    description: `${what}, over the last ${windowDays} days.`,
    unit: 'ratio',
    queries: [
      { expr: `1 - ${recorded(errorRatio(`${windowDays}d`), slo)}`, legend: `last ${windowDays} days` },
    ],
    threshold: {
      value: slo.objective,
      label: `objective ${formatPercent(slo.objective)}`,
      breach: 'below',
    },
  };
}

function budgetPanel(slos: readonly Slo[]): Panel {
  return {
    kind: 'stat',
    title: 'Error budget left',
    description:
      'Share of the bad requests that the objective still allows in its window. Below 0 the objective is missed: prefer repairs to releases.',
    unit: 'ratio',
    queries: queriesOf(slos, RECORDED.remaining),
    threshold: { value: 0, label: 'limit 0 %', breach: 'below' },
  };
}

function burnRatePanel({ serviceLevel }: Service, slos: readonly Slo[]): Panel {
  const [page] = BURN_RATE_LIMITS;
  const limit = page ? burnRateOf(page, serviceLevel.windowDays) : 0;
  return {
    kind: 'timeseries',
    title: 'Burn rate',
    description: `Speed at which the error budget is spent, over one hour. At 1 it lasts exactly ${serviceLevel.windowDays} days; above ${limit} an operator is paged.`,
    unit: 'multiple',
    queries: queriesOf(slos, RECORDED.burnRate),
    threshold: { value: limit, label: `limit ${limit} (page)`, breach: 'above' },
  };
}

function alertsPanel(service: Service): Panel {
  return {
    kind: 'table',
    title: 'Firing alerts',
    description: 'Alerts of this service that fire now. Empty is good.',
    unit: 'count',
    queries: [
      {
        expr: `sum by (alertname, slo, severity) (${selector('ALERTS', { ...targetOf(service), alertstate: 'firing' })})`,
        legend: '{{alertname}} {{slo}} ({{severity}})',
      },
    ],
  };
}

function queriesOf(slos: readonly Slo[], name: string): Panel['queries'] {
  const [first, ...others] = slos.map((slo): PanelQuery => ({ expr: recorded(name, slo), legend: slo.name }));
  if (!first) throw new Error(`${name} is shown of no objective; pass at least one`);
  return [first, ...others];
}

/** Formats a share as percent: `99.95 %`. */
export function formatPercent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(6))} %`;
}
