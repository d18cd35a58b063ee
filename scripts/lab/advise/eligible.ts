import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import type { Candidate } from './candidate.ts';

/** A layer whose cost is known. */
export type Measured = Candidate & { readonly cost: number };

/**
 * The layers that may be recommended for a policy: those that were measured and do every field exactly; approximately
 * too, when the policy accepts that or no layer that was measured does it exactly.
 */
export function eligible(policy: CallPolicy, candidates: readonly Candidate[]): readonly Measured[] {
  const able = candidates
    .filter(isMeasured)
    .filter(({ fields }) => fields.every(({ kind }) => kind === 'approximate'));
  const exact = able.filter(({ fields }) => fields.length === 0);
  return policy.approximation === 'accept' || exact.length === 0 ? able : exact;
}

function isMeasured(candidate: Candidate): candidate is Measured {
  return candidate.cost !== undefined;
}
