import { ISTIO_METRICS, PROMETHEUS_METRICS, TARGET_LABELS } from '../../compile/promql/mesh-metrics.ts';
import type { RuleFile } from '../../compile/rules/rule-file.ts';
import { METRICS, type MetricDefinition } from '../../policy/metrics.ts';
import { parseQuery } from './parse-query.ts';
import { resultLabels } from './result-labels.ts';
import type { SeriesCatalogue, SeriesDescription } from './series.ts';

/**
 * Returns the series of all declared metrics, and those that the rules record.
 * @throws Error if a recording rule has a syntax error
 */
export function seriesCatalogue(rules: Readonly<Record<string, RuleFile>>): SeriesCatalogue {
  const catalogue = new Map<string, SeriesDescription>();
  for (const [name, definition] of Object.entries({ ...METRICS, ...PROMETHEUS_METRICS, ...ISTIO_METRICS }))
    for (const [series, description] of seriesOf(name, definition)) catalogue.set(series, description);
  for (const { groups } of Object.values(rules))
    for (const rule of groups.flatMap((group) => group.rules)) {
      if (!('record' in rule)) continue;
      const own = resultLabels(parseQuery(rule.expr), catalogue);
      catalogue.set(rule.record, {
        isCounter: false,
        labels: new Set([...own, ...Object.keys(rule.labels)]),
      });
    }
  return catalogue;
}

function seriesOf(
  name: string,
  { type, labels }: MetricDefinition,
): readonly (readonly [name: string, SeriesDescription])[] {
  const all = new Set([...labels, ...TARGET_LABELS]);
  if (type !== 'histogram') return [[name, { isCounter: type === 'counter', labels: all }]];
  return [
    [`${name}_bucket`, { isCounter: true, labels: new Set([...all, 'le']) }],
    [`${name}_sum`, { isCounter: true, labels: all }],
    [`${name}_count`, { isCounter: true, labels: all }],
  ];
}
