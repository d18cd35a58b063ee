import type { GraphRule } from '../rules/graph-rule.ts';

/** Requires the callee of each call to be another service of the same platform that serves gRPC. */
export const callees: GraphRule = function* (platform) {
  for (const { caller, callee, node } of platform.calls) {
    const { path } = node;
    if (callee === caller) {
      yield {
        path,
        rule: 'call/itself',
        message: `service '${caller.name}' calls itself: use a function call instead`,
      };
    }
    if (callee.platform !== platform) {
      const message = `the callee '${callee.name}' is of platform '${callee.platform.node.path}': call a service of '${platform.node.path}'`;
      yield { path, rule: 'call/platform', message };
    }
    if (!callee.serves) {
      yield {
        path,
        rule: 'call/callee',
        message: `the callee '${callee.name}' serves no gRPC: set \`serves\` on it`,
      };
    }
  }
};
