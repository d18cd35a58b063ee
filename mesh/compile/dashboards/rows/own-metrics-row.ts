import type { Service } from '../../../graph/service.ts';
import { METRICS, type MetricDefinition, type MetricName } from '../../../policy/metrics.ts';
import { quantile, sumRate } from '../../promql/expressions.ts';
import { targetOf } from '../../promql/requests.ts';
import { selector } from '../../promql/selector.ts';
import { capitalize } from '../capitalize.ts';
import { type Panel, type PanelRow, RATE_WINDOW, type Unit } from '../panel.ts';

const UNITS: Readonly<Record<string, Unit>> = { s: 'seconds', By: 'bytes', '1': 'ratio' };

/** Returns a panel for each metric that only this service reports, by all its labels. */
export function ownMetricsRow(service: Service): PanelRow {
  return {
    title: `Metrics of ${service.name} alone`,
    panels: service.ownMetrics.map((name) => metricPanel(service, name)),
  };
}

function metricPanel(service: Service, name: MetricName): Panel {
  const { type, labels, unit, help }: MetricDefinition = METRICS[name];
  const target = targetOf(service);
  const legend = labels.map((label) => `{{${label}}}`).join(' ') || name;
  const panel = { kind: 'timeseries', title: titleOf(name), description: `${help}.` } as const;
  if (type === 'counter')
    return {
      ...panel,
      unit: 'per second',
      queries: [{ expr: sumRate(name, target, RATE_WINDOW, labels), legend }],
    };
  const expr =
    type === 'histogram'
      ? quantile(0.99, name, target, RATE_WINDOW, labels)
      : `max by (${labels.join(', ')}) (${selector(name, target)})`;
  return { ...panel, unit: UNITS[unit] ?? 'count', queries: [{ expr, legend }] };
}

/** Returns the name without prefix and suffix as a title: `Reconciliation findings`. */
function titleOf(name: string): string {
  return capitalize(name.replace(/^weft_|_total$/g, '').replaceAll('_', ' '));
}
