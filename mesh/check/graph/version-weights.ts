import { didYouMean } from '../rules/closest-name.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Requires weighted balancing to set a weight for each version of the callee, and for no other version. */
export const versionWeights: GraphRule = function* ({ calls }) {
  const rule = 'call/version-weights';
  for (const { policy, callee, node } of calls) {
    if (policy.balance?.kind !== 'weighted-round-robin') continue;
    const { weights } = policy.balance;
    const names = callee.versions.map(({ name }) => name);
    for (const name of Object.keys(weights)) {
      if (names.includes(name)) continue;
      const message = `balance.weights has '${name}', which is not a version of '${callee.name}': use ${names.join(', ')}${didYouMean(name, names)}`;
      yield { path: node.path, rule, message };
    }
    const missing = names.filter((name) => weights[name] === undefined);
    if (missing.length === 0) continue;
    yield {
      path: node.path,
      rule,
      message: `balance.weights lacks ${missing.join(', ')} of '${callee.name}': set a weight for each version`,
    };
  }
};
