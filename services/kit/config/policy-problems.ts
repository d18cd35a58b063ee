import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { policyDifferences } from '../../../mesh/policy/policy-differences.ts';
import type { SettingsProblem } from './settings-error.ts';

/** What of a policy this process would leave undone in silence. */
export function policyProblems(call: string, policy: CallPolicy): readonly SettingsProblem[] {
  return policyDifferences(call, policy, 'app', 1).flatMap(({ field, difference }) =>
    difference.kind === 'unsupported'
      ? [{ key: `calls.${call}.policy: ${field}`, rule: `cannot be done in process: ${difference.why}` }]
      : [],
  );
}
