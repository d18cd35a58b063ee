import type { Construct } from 'constructs';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { label, labelValue, type NameRule, serviceLabel } from '../rules/name-rules.ts';
import { ownNamespace, unreserved } from '../rules/reserved-names.ts';

interface NamedConstruct {
  readonly name: string;
  readonly node: Construct['node'];
}

/**
 * Requires names that Kubernetes and the brokers accept, and that are unique among services, topics and a caller's
 * calls.
 */
export const names: GraphRule = function* ({ namespace, node, services, topics }) {
  yield* syntaxProblems('namespace/name', [{ name: namespace, node }], label, ownNamespace);
  yield* syntaxProblems('platform/name', [{ name: node.id, node }], labelValue);
  yield* syntaxProblems('service/name', services, serviceLabel, unreserved);
  yield* syntaxProblems('topic/name', topics, label);
  yield* duplicateProblems('service/name', 'services', services);
  yield* duplicateProblems('topic/name', 'topics', topics);
  for (const { name, outgoingCalls } of services) {
    yield* syntaxProblems('call/name', outgoingCalls, label);
    yield* duplicateProblems('call/name', `calls of '${name}'`, outgoingCalls);
  }
};

function* syntaxProblems(
  rule: string,
  all: readonly NamedConstruct[],
  ...checks: readonly NameRule[]
): Generator<Problem> {
  for (const { name, node } of all) {
    for (const check of checks) {
      const fix = check(name);
      if (fix) yield { path: node.path, rule, message: `the name is '${name}': ${fix}` };
    }
  }
}

function* duplicateProblems(
  rule: string,
  owners: string,
  all: readonly NamedConstruct[],
): Generator<Problem> {
  for (const [name, [, ...others]] of Map.groupBy(all, (one) => one.name)) {
    for (const { node } of others) {
      yield { path: node.path, rule, message: `two ${owners} have the name '${name}': rename one` };
    }
  }
}
