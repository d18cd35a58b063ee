import { policyProblems } from '../../policy/validate.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Requires the values of each call policy to be valid. */
export const policies: GraphRule = function* ({ calls }) {
  for (const { policy, node } of calls) yield* policyProblems(policy, node.path);
};
