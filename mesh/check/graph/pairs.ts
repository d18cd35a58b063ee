import { isDeepStrictEqual } from 'node:util';
import type { Call } from '../../graph/call.ts';
import type { CallPolicy } from '../../policy/call-policy.ts';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** What a DestinationRule holds, of which there is one for a caller and a callee. */
const OF_THE_PAIR: Readonly<Record<string, (policy: CallPolicy) => unknown>> = {
  balance: ({ balance }) => balance ?? { kind: 'round-robin' },
  outlierDetection: ({ outlierDetection }) => outlierDetection,
  limits: ({ limits }) => limits,
  'retries.budget': ({ retries }) => retries?.budget,
};

/**
 * The mesh's calls of one caller to one callee agree in what it keeps for the pair of them, and there are no others
 * beside them: the sidecar would balance those too.
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
    const message = `layer is 'app', and that of ${enforced.node.path} is 'mesh', whose sidecar balances both: give all calls of a caller to a callee one layer`;
    yield { path: node.path, rule: 'call/pair', message };
  }
}

function* pairProblems([first, ...others]: readonly Call[]): Generator<Problem> {
  if (!first) return;
  for (const [field, of] of Object.entries(OF_THE_PAIR)) {
    for (const call of others) {
      if (isDeepStrictEqual(of(first.policy), of(call.policy))) continue;
      const message =
        `${field} differs from that of ${first.node.path}: ` +
        'the mesh has one for all calls of a caller to a callee, so give both the same';
      yield { path: call.node.path, rule: 'call/pair', message };
    }
  }
}
