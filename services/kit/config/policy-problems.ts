import type { AppVersion } from '../../../mesh/policy/app-config.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { policyDifferences } from '../../../mesh/policy/differences/policy-differences.ts';
import type { SettingsProblem } from '../errors/settings-error.ts';

/**
 * What of a policy this process would leave undone in silence.
 * @param versions those of the callee. @default one, whatever its name
 */
export function findPolicyProblems(
  call: string,
  policy: CallPolicy,
  versions?: readonly AppVersion[],
): readonly SettingsProblem[] {
  const undone = policyDifferences(call, policy, 'app', versions?.length ?? 1).flatMap(
    ({ field, difference }) =>
      difference.kind === 'unsupported'
        ? [{ key: `calls.${call}.policy: ${field}`, rule: `cannot be done in process: ${difference.why}` }]
        : [],
  );
  return [...undone, ...weightProblems(call, policy, versions)];
}

/** Endpoints of a version without a weight would have no turns, or those of another's. */
function weightProblems(
  call: string,
  { balance }: CallPolicy,
  versions: readonly AppVersion[] | undefined,
): readonly SettingsProblem[] {
  if (balance?.kind !== 'weighted-round-robin') return [];
  const weighed = Object.keys(balance.weights);
  const names = versions?.map(({ name }) => name) ?? weighed.slice(0, 1);
  const isSame = weighed.length === names.length && names.every((name) => weighed.includes(name));
  if (isSame && names.length > 0) return [];
  const running = versions ? names.join(', ') : 'one version';
  const rule = `weighs ${weighed.join(', ') || 'nothing'}, but the callee has ${running}; give each version a weight`;
  return [{ key: `calls.${call}.policy.balance.weights`, rule }];
}
