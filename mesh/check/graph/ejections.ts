import { withOutlierDefaults } from '../../policy/outlier-defaults.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/**
 * Requires outlier detection to be able to eject at least one endpoint. Envoy includes the endpoint that it is about to
 * eject in the percentage, so `maxEjectionPercent` must be at least the share of one endpoint.
 */
export const ejections: GraphRule = function* ({ calls }) {
  for (const { callee, policy, node } of calls) {
    if (!policy.outlierDetection) continue;
    const { maxEjectionPercent } = withOutlierDefaults(policy.outlierDetection);
    const { maxReplicas } = callee.size;
    if (100 / maxReplicas <= maxEjectionPercent) continue;
    const message =
      `outlierDetection.maxEjectionPercent is ${maxEjectionPercent} and ${callee.name} has at most ${maxReplicas} pods: ` +
      `no pod would ever be ejected; use at least ${Math.ceil(100 / maxReplicas)}`;
    yield { path: node.path, rule: 'policy/outlier-detection', message };
  }
};
