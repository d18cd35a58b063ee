import type { GraphRule } from '../graph-rule.ts';
import { label, serviceLabel } from '../name-rules.ts';

/** Services, topics and calls have names that Kubernetes and the brokers take. */
export const names: GraphRule = function* ({ namespace, node, services, topics, calls }) {
  const wrong = [
    { path: node.path, rule: 'namespace/name', name: namespace, change: label(namespace) },
    ...services.map(({ name, node }) => ({
      path: node.path,
      rule: 'service/name',
      name,
      change: serviceLabel(name),
    })),
    ...topics.map(({ name, node }) => ({ path: node.path, rule: 'topic/name', name, change: label(name) })),
    ...calls.map(({ name, node }) => ({ path: node.path, rule: 'call/name', name, change: label(name) })),
  ];
  for (const { path, rule, name, change } of wrong) {
    if (change) yield { path, rule, message: `the name is '${name}': ${change}` };
  }
};
