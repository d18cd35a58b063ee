import { durationFindings, numberFindings } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

const RULE = 'service/canary-objective';

/** Requires the canary objectives of a service to be bounds that a new version can meet. */
export const canaryObjectives: GraphRule = function* ({ services }) {
  for (const { canaryObjective, node } of services) {
    const { maxErrorRateIncrease, maxP99Ratio, p99Slack } = canaryObjective;
    for (const finding of [
      ...numberFindings(RULE, 'canaryObjective.maxErrorRateIncrease', maxErrorRateIncrease, {
        min: 0,
        max: 100,
      }),
      ...numberFindings(RULE, 'canaryObjective.maxP99Ratio', maxP99Ratio, {
        min: 1,
        max: Number.POSITIVE_INFINITY,
      }),
      ...durationFindings(RULE, 'canaryObjective.p99Slack', p99Slack, 0),
    ]) {
      yield { path: node.path, ...finding };
    }
  }
};
