import type { Call } from '../../graph/call.ts';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/**
 * Requires the environment to have the layer that enforces each call, and no service to mix proxyless with other calls.
 */
export const layers: GraphRule = function* ({ calls, services, environment }) {
  for (const { outgoingCalls } of services) yield* mixedProblems(outgoingCalls);
  if (environment.hasIstio) return;
  for (const { layer, node } of calls) {
    if (layer === 'app') continue;
    const message = `layer is '${layer}', which needs Istio, and environment '${environment.name}' has none: use 'app', or set hasIstio: true`;
    yield { path: node.path, rule: 'call/layer', message };
  }
};

/**
 * Yields a problem for a service that mixes proxyless with other calls. A proxyless process bypasses its sidecar, so
 * the mesh cannot enforce policies of its other calls.
 */
function* mixedProblems(outgoing: readonly Call[]): Generator<Problem> {
  const proxyless = outgoing.find(({ layer }) => layer === 'proxyless');
  if (!proxyless) return;
  for (const { layer, node } of outgoing) {
    if (layer === 'proxyless') continue;
    const message = `layer is '${layer}', and that of ${proxyless.node.path} is 'proxyless': use 'proxyless' for all calls of a service, or for none`;
    yield { path: node.path, rule: 'call/layer', message };
  }
}
