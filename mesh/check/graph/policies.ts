import { policyProblems } from '../../policy/validate.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** The values of each policy are possible. */
export const policies: GraphRule = function* ({ calls }) {
  for (const { policy, node } of calls) yield* policyProblems(policy, node.path);
};
