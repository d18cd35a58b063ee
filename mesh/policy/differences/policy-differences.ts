import type { CallPolicy } from '../call-policy.ts';
import type { Layer } from '../layer.ts';
import type { Problem } from '../problem.ts';
import type { Difference, PolicyField } from './difference.ts';
import { differenceOf } from './differences.ts';
import { policyFields } from './policy-fields.ts';

/** A field of a call's policy that its layer does not implement exactly. */
export interface PolicyDifference {
  /** Path of the call in the graph. */
  readonly path: string;
  readonly layer: Layer;
  readonly field: PolicyField;
  readonly difference: Exclude<Difference, { readonly support: 'exact' }>;
}

/**
 * Returns the fields of a policy that a layer does not implement exactly.
 * @param path of the call in the graph
 * @param versions number of versions of the callee
 */
export function policyDifferences(
  path: string,
  policy: CallPolicy,
  layer: Layer,
  versions: number,
): readonly PolicyDifference[] {
  return ['identity' as const, ...policyFields(policy, versions)].flatMap((field) => {
    const difference = differenceOf(layer, field);
    return difference.support === 'exact' ? [] : [{ path, layer, field, difference }];
  });
}

/**
 * Returns the problem of a difference. Unsupported fields are always a problem, approximate fields unless the policy
 * accepts approximation.
 */
export function differenceProblem(
  policyDifference: PolicyDifference,
  policy: CallPolicy,
): Problem | undefined {
  const { path, layer, field, difference } = policyDifference;
  if (difference.support === 'unsupported') {
    const message = `layer '${layer}' does not support ${field}: ${difference.reason}; remove it from the policy, or choose another layer`;
    return { path, rule: 'policy/unsupported', message };
  }
  if (policy.approximation === 'accept') return undefined;
  const message = `layer '${layer}' implements ${field} only approximately: ${difference.reason}; add approximation: 'accept' to the policy, or choose another layer`;
  return { path, rule: 'policy/unsupported', message };
}
