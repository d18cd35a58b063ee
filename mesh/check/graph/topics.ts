import type { GraphRule } from '../rules/graph-rule.ts';

/** Requires each consumed topic to have a publisher. */
export const topics: GraphRule = function* ({ topics }) {
  for (const { name, publishers, consumers, node } of topics) {
    if (publishers.size > 0 || consumers.size === 0) continue;
    const names = [...consumers].map((service) => service.name).join(', ');
    yield {
      path: node.path,
      rule: 'topic/publisher',
      message: `topic '${name}' is consumed by ${names} but has no publisher: call publishesTo on a service`,
    };
  }
};
