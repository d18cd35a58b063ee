import type { CallPolicy } from '../call-policy.ts';
import type { Layer } from '../layer.ts';
import type { Problem } from '../problem.ts';
import type { Difference, PolicyField } from './difference.ts';
import { differenceOf } from './differences.ts';
import { policyFields } from './policy-fields.ts';

/** A field that a call's layer does not do exactly. */
export interface PolicyDifference {
  /** Path of the call in the graph. */
  readonly path: string;
  readonly layer: Layer;
  readonly field: PolicyField;
  readonly difference: Exclude<Difference, { readonly kind: 'exact' }>;
}

/** Where the layer of a call differs from its policy. */
export function policyDifferences(
  path: string,
  policy: CallPolicy,
  layer: Layer,
  versions: number,
): readonly PolicyDifference[] {
  return ['identity' as const, ...policyFields(policy, versions)].flatMap((field) => {
    const found = differenceOf(layer, field);
    return found.kind === 'exact' ? [] : [{ path, layer, field, difference: found }];
  });
}

/**
 * The problem that a difference is. An approximation that the policy accepts is none; what a layer cannot do at all
 * always is one.
 */
export function differenceProblem(found: PolicyDifference, policy: CallPolicy): Problem | undefined {
  const { path, layer, field, difference } = found;
  if (difference.kind === 'unsupported') {
    const message = `layer '${layer}' cannot do ${field}: ${difference.why}; take it out of the policy, or choose another layer`;
    return { path, rule: 'policy/unsupported', message };
  }
  if (policy.approximation === 'accept') return undefined;
  const message = `layer '${layer}' does ${field} only approximately: ${difference.how}; say approximation: 'accept', or choose another layer`;
  return { path, rule: 'policy/unsupported', message };
}
