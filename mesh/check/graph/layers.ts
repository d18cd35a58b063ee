import type { GraphRule } from '../graph-rule.ts';

/** Somebody is there to enforce each policy. */
export const layers: GraphRule = function* ({ calls, environment }) {
  if (environment.istio) return;
  for (const { layer, node } of calls) {
    if (layer === 'app') continue;
    const message = `layer is '${layer}', and environment '${environment.name}' has no Istio to enforce it: use 'app', or istio: true`;
    yield { path: node.path, rule: 'call/layer', message };
  }
};
