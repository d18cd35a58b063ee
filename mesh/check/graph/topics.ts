import type { GraphRule } from '../rules/graph-rule.ts';

/** What is consumed is published by someone. */
export const topics: GraphRule = function* ({ topics }) {
  for (const { name, publishers, consumers, node } of topics) {
    if (publishers.size > 0 || consumers.size === 0) continue;
    const who = [...consumers].map((service) => service.name).join(', ');
    yield {
      path: node.path,
      rule: 'topic/publisher',
      message: `topic '${name}' is consumed by ${who} and published by nobody: say who publishesTo it`,
    };
  }
};
