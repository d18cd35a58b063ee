import type { GraphRule } from '../rules/graph-rule.ts';
import { label, labelValue } from '../rules/name-rules.ts';

/** The versions of a service have different names, and weights that share out all requests. */
export const versions: GraphRule = function* ({ services }) {
  const rule = 'service/versions';
  for (const { versions, name: service, node } of services) {
    const { path } = node;
    const sum = versions.reduce((total, { weight }) => total + weight, 0);
    if (versions.length === 0)
      yield { path, rule, message: 'there are no versions: give one, or leave versions out' };
    else if (sum !== 100) {
      const weights = versions.map(({ name, weight }) => `${name}: ${weight}`).join(', ');
      yield { path, rule, message: `the weights of versions (${weights}) add up to ${sum}: make it 100` };
    }
    for (const [index, { name, weight }] of versions.entries()) {
      if (!Number.isInteger(weight) || weight < 0 || weight > 100) {
        yield {
          path,
          rule,
          message: `version '${name}' has the weight ${weight}: give a whole number from 0 to 100`,
        };
      }
      // The name of its Deployment, and a label.
      const change = label(`${service}-${name}`) ?? labelValue(name);
      if (change)
        yield { path, rule, message: `version '${name}' makes the name '${service}-${name}': ${change}` };
      if (versions.findIndex((other) => other.name === name) !== index) {
        yield { path, rule, message: `two versions have the name '${name}': rename one` };
      }
    }
  }
};
