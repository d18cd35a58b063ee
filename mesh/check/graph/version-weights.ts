import { didYouMean } from '../rules/closest-name.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Weighted balancing weighs each version of the callee, and no other. */
export const versionWeights: GraphRule = function* ({ calls }) {
  const rule = 'call/version-weights';
  for (const { policy, callee, node } of calls) {
    if (policy.balance?.kind !== 'weighted-round-robin') continue;
    const { weights } = policy.balance;
    const names = callee.versions.map(({ name }) => name);
    for (const name of Object.keys(weights)) {
      if (names.includes(name)) continue;
      const message = `balance.weights has '${name}', which is no version of '${callee.name}': ${names.join(', ')}${didYouMean(name, names)}`;
      yield { path: node.path, rule, message };
    }
    const missing = names.filter((name) => weights[name] === undefined);
    if (missing.length === 0) continue;
    yield {
      path: node.path,
      rule,
      message: `balance.weights has no ${missing.join(', ')} of '${callee.name}': give each version a weight`,
    };
  }
};
