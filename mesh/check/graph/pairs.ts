import { isDeepStrictEqual } from 'node:util';
import type { Call } from '../../graph/call.ts';
import type { CallPolicy } from '../../policy/call-policy.ts';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Policy fields that compile to a DestinationRule, of which there is one per caller and callee. */
const PAIR_FIELDS: Readonly<Record<string, (policy: CallPolicy) => unknown>> = {
  balance: ({ balance }) => balance ?? { kind: 'round-robin' },
  outlierDetection: ({ outlierDetection }) => outlierDetection,
  limits: ({ limits }) => limits,
  'retries.budget': ({ retries }) => retries?.budget,
};

/**
 * Requires all mesh calls of a caller to a callee to agree on the fields that Istio configures per pair. Also rejects
 * in-process calls of the same pair: the sidecar would balance their requests as well.
 */
export const pairs: GraphRule = function* ({ services }) {
  for (const { outgoingCalls } of services) {
    for (const calls of Map.groupBy(outgoingCalls, ({ callee }) => callee).values())
      yield* layerProblems(calls);
    const enforced = outgoingCalls.filter(({ layer }) => layer === 'mesh');
    for (const calls of Map.groupBy(enforced, ({ callee }) => callee).values()) yield* pairProblems(calls);
  }
};

function* layerProblems(calls: readonly Call[]): Generator<Problem> {
  const enforced = calls.find(({ layer }) => layer === 'mesh');
  if (!enforced) return;
  for (const { layer, node } of calls) {
    if (layer !== 'app') continue;
    const message = `layer is 'app', and that of ${enforced.node.path} is 'mesh', whose sidecar balances both: use one layer for all calls of a caller to a callee`;
    yield { path: node.path, rule: 'call/pair', message };
  }
}

function* pairProblems([first, ...others]: readonly Call[]): Generator<Problem> {
  if (!first) return;
  for (const [field, fieldOf] of Object.entries(PAIR_FIELDS)) {
    for (const call of others) {
      if (isDeepStrictEqual(fieldOf(first.policy), fieldOf(call.policy))) continue;
      const message =
        `${field} differs from that of ${first.node.path}: ` +
        'the mesh has one setting for all calls of a caller to a callee; use the same value in both';
      yield { path: call.node.path, rule: 'call/pair', message };
    }
  }
}
