import { METRICS, type MetricDefinition } from '../../policy/metrics.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

const RULE = 'service/metrics';
const DEFINITIONS: Readonly<Record<string, MetricDefinition>> = METRICS;

/** Requires the metrics that a service names to exist in mesh/policy/metrics.ts. */
export const serviceMetrics: GraphRule = function* ({ services }) {
  for (const { lifecycle, ownMetrics, node } of services) {
    for (const name of [...ownMetrics, ...(lifecycle ? [lifecycle.metric] : [])]) {
      if (Object.hasOwn(DEFINITIONS, name)) continue;
      const message = `the metric '${name}' is not declared: add it to mesh/policy/metrics.ts or correct the name`;
      yield { path: node.path, rule: RULE, message };
    }
    if (!lifecycle) continue;
    const { metric, label, states } = lifecycle;
    const definition = Object.hasOwn(DEFINITIONS, metric) ? DEFINITIONS[metric] : undefined;
    if (definition && !definition.labels.includes(label)) {
      const message = `lifecycle.label is '${label}', which ${metric} does not have: use one of ${definition.labels.join(', ')}`;
      yield { path: node.path, rule: RULE, message };
    }
    for (const stage of ['start', 'succeeded'])
      if (!Object.values<string>(states).includes(stage)) {
        const message = `lifecycle.states has no state '${stage}': name at least one`;
        yield { path: node.path, rule: RULE, message };
      }
  }
};
