import { durationFindings, numberFindings } from '../../policy/finding.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

const RULE = 'service/objective';

/** What a new version may do worse is a bound that something can keep. */
export const objectives: GraphRule = function* ({ services }) {
  for (const { objective, node } of services) {
    const { maxErrorRateIncrease, maxP99Ratio, p99Slack } = objective;
    for (const finding of [
      ...numberFindings(RULE, 'objective.maxErrorRateIncrease', maxErrorRateIncrease, { min: 0, max: 100 }),
      ...numberFindings(RULE, 'objective.maxP99Ratio', maxP99Ratio, {
        min: 1,
        max: Number.POSITIVE_INFINITY,
      }),
      ...durationFindings(RULE, 'objective.p99Slack', p99Slack, 0),
    ]) {
      yield { path: node.path, ...finding };
    }
  }
};
