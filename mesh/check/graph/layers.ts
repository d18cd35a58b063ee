import type { Call } from '../../graph/call.ts';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Somebody is there to enforce each policy. */
export const layers: GraphRule = function* ({ calls, services, environment }) {
  for (const { outgoingCalls } of services) yield* mixedProblems(outgoingCalls);
  if (environment.hasIstio) return;
  for (const { layer, node } of calls) {
    if (layer === 'app') continue;
    const message = `layer is '${layer}', and environment '${environment.name}' has no Istio to enforce it: use 'app', or hasIstio: true`;
    yield { path: node.path, rule: 'call/layer', message };
  }
};

/** A process that istiod tells what to do calls past its sidecar, which then enforces nothing for its other calls. */
function* mixedProblems(outgoing: readonly Call[]): Generator<Problem> {
  const told = outgoing.find(({ layer }) => layer === 'proxyless');
  if (!told) return;
  for (const { layer, node } of outgoing) {
    if (layer === 'proxyless') continue;
    const message = `layer is '${layer}', and that of ${told.node.path} is 'proxyless': give all calls of a service 'proxyless', or none`;
    yield { path: node.path, rule: 'call/layer', message };
  }
}
