import type { Construct } from 'constructs';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { label, labelValue, type NameRule, serviceLabel } from '../rules/name-rules.ts';
import { ownNamespace, unreserved } from '../rules/reserved-names.ts';

interface Named {
  readonly name: string;
  readonly node: Construct['node'];
}

/** Services, topics and calls have names that Kubernetes and the brokers take, and no two of a kind have one name. */
export const names: GraphRule = function* ({ namespace, node, services, topics }) {
  yield* wrong('namespace/name', [{ name: namespace, node }], label, ownNamespace);
  yield* wrong('platform/name', [{ name: node.id, node }], labelValue);
  yield* wrong('service/name', services, serviceLabel, unreserved);
  yield* wrong('topic/name', topics, label);
  yield* repeated('service/name', 'services', services);
  yield* repeated('topic/name', 'topics', topics);
  for (const { name, outgoingCalls } of services) {
    yield* wrong('call/name', outgoingCalls, label);
    yield* repeated('call/name', `calls of '${name}'`, outgoingCalls);
  }
};

function* wrong(rule: string, all: readonly Named[], ...checks: readonly NameRule[]): Generator<Problem> {
  for (const { name, node } of all) {
    for (const check of checks) {
      const change = check(name);
      if (change) yield { path: node.path, rule, message: `the name is '${name}': ${change}` };
    }
  }
}

function* repeated(rule: string, what: string, all: readonly Named[]): Generator<Problem> {
  for (const [name, [, ...others]] of Map.groupBy(all, (one) => one.name)) {
    for (const { node } of others) {
      yield { path: node.path, rule, message: `two ${what} have the name '${name}': rename one` };
    }
  }
}
