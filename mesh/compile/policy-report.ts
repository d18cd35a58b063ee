import type { Call } from '../graph/call.ts';
import type { Platform } from '../graph/platform.ts';
import {
  differenceProblem,
  type PolicyDifference,
  policyDifferences,
} from '../policy/differences/policy-differences.ts';
import type { Problem } from '../policy/problem.ts';

/** Where the layers of a platform differ from its policies. */
export interface PolicyReport {
  /** Differences that the policies accept. */
  readonly accepted: readonly PolicyDifference[];
  /** Differences that no policy accepts, or that none can: rule `policy/unsupported`. */
  readonly problems: readonly Problem[];
}

export function policyReport(platform: Platform): PolicyReport {
  const accepted: PolicyDifference[] = [];
  const problems: Problem[] = [];
  for (const call of platform.calls) {
    for (const found of callDifferences(call)) {
      const problem = differenceProblem(found, call.policy);
      if (problem) problems.push(problem);
      else accepted.push(found);
    }
  }
  return { accepted, problems };
}

function callDifferences({ node, policy, layer, callee }: Call): readonly PolicyDifference[] {
  return policyDifferences(node.path, policy, layer, callee.versions.length);
}
