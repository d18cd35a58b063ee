import type { Call } from '../graph/call.ts';
import type { Platform } from '../graph/platform.ts';
import {
  differenceProblem,
  type PolicyDifference,
  policyDifferences,
} from '../policy/differences/policy-differences.ts';
import type { Problem } from '../policy/problem.ts';

/** The fields that the layers of a platform do not implement exactly. */
export interface PolicyReport {
  /** Approximate fields that the policies accept. */
  readonly accepted: readonly PolicyDifference[];
  /** Approximate fields that the policies do not accept, and unsupported fields. Rule `policy/unsupported`. */
  readonly problems: readonly Problem[];
}

/** Compares the policy of each call with its layer. */
export function policyReport(platform: Platform): PolicyReport {
  const accepted: PolicyDifference[] = [];
  const problems: Problem[] = [];
  for (const call of platform.calls) {
    for (const difference of callDifferences(call)) {
      const problem = differenceProblem(difference, call.policy);
      if (problem) problems.push(problem);
      else accepted.push(difference);
    }
  }
  return { accepted, problems };
}

function callDifferences({ node, policy, layer, callee }: Call): readonly PolicyDifference[] {
  return policyDifferences(node.path, policy, layer, callee.versions.length);
}
