import { withOutlierDefaults } from '../../policy/outlier-defaults.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/**
 * An endpoint that fails can be ejected. Where one endpoint is more than the share that may be out, none ever is: Envoy
 * counts the one that it is about to eject.
 */
export const ejections: GraphRule = function* ({ calls }) {
  for (const { callee, policy, node } of calls) {
    if (!policy.outlierDetection) continue;
    const { maxEjectionPercent } = withOutlierDefaults(policy.outlierDetection);
    const { maxReplicas } = callee.size;
    if (100 / maxReplicas <= maxEjectionPercent) continue;
    const message =
      `outlierDetection.maxEjectionPercent is ${maxEjectionPercent}, and ${callee.name} has at most ${maxReplicas} pods: ` +
      `none of them would ever be ejected; give at least ${Math.ceil(100 / maxReplicas)}`;
    yield { path: node.path, rule: 'policy/outlier-detection', message };
  }
};
