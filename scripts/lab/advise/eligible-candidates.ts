import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import type { Candidate } from './candidate.ts';

/** A layer with a measured cost. */
export type MeasuredCandidate = Candidate & { readonly cost: number };

/**
 * Returns the layers that may be recommended for a policy: measured layers that enforce every field exactly. Layers that
 * approximate fields are included if the policy accepts approximations, or if no measured layer is exact.
 */
export function eligibleCandidates(
  policy: CallPolicy,
  candidates: readonly Candidate[],
): readonly MeasuredCandidate[] {
  const supported = candidates
    .filter(isMeasured)
    .filter(({ fields }) => fields.every(({ kind }) => kind === 'approximate'));
  const exact = supported.filter(({ fields }) => fields.length === 0);
  return policy.approximation === 'accept' || exact.length === 0 ? supported : exact;
}

function isMeasured(candidate: Candidate): candidate is MeasuredCandidate {
  return candidate.cost !== undefined;
}
