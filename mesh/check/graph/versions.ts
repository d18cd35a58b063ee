import type { GraphRule } from '../rules/graph-rule.ts';
import { label, labelValue } from '../rules/name-rules.ts';

/** Requires the versions of a service to have valid, distinct names and weights that add up to 100. */
export const versions: GraphRule = function* ({ services }) {
  const rule = 'service/versions';
  for (const { versions, name: service, node } of services) {
    const { path } = node;
    const sum = versions.reduce((total, { weight }) => total + weight, 0);
    if (versions.length === 0) yield { path, rule, message: 'versions is empty: list one, or omit versions' };
    else if (sum !== 100) {
      const weights = versions.map(({ name, weight }) => `${name}: ${weight}`).join(', ');
      yield {
        path,
        rule,
        message: `the weights of versions (${weights}) add up to ${sum}: the sum must be 100`,
      };
    }
    for (const [index, { name, weight }] of versions.entries()) {
      if (!Number.isInteger(weight) || weight < 0 || weight > 100) {
        yield {
          path,
          rule,
          message: `version '${name}' has the weight ${weight}: use a whole number from 0 to 100`,
        };
      }
      // The version becomes part of the name of a Deployment, and the value of a label.
      const fix = label(`${service}-${name}`) ?? labelValue(name);
      if (fix)
        yield { path, rule, message: `version '${name}' results in the name '${service}-${name}': ${fix}` };
      if (versions.findIndex((other) => other.name === name) !== index) {
        yield { path, rule, message: `two versions have the name '${name}': rename one` };
      }
    }
  }
};
