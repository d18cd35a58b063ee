import { durationFindings, numberFindings } from '../../policy/finding.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

const RULE = 'service/objective';

/** What a new version may do worse is a bound that something can keep. */
export const objectives: GraphRule = function* ({ services }) {
  for (const { objective, node } of services) {
    const { moreErrors, p99Times, p99Plus } = objective;
    for (const finding of [
      ...numberFindings(RULE, 'objective.moreErrors', moreErrors, { least: 0, most: 100 }),
      ...numberFindings(RULE, 'objective.p99Times', p99Times, { least: 1, most: Number.POSITIVE_INFINITY }),
      ...durationFindings(RULE, 'objective.p99Plus', p99Plus, 0),
    ]) {
      yield { path: node.path, ...finding };
    }
  }
};
