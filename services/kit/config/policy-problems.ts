import type { AppVersion } from '../../../mesh/policy/app-config.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { policyDifferences } from '../../../mesh/policy/differences/policy-differences.ts';
import type { SettingsProblem } from '../errors/settings-error.ts';

/**
 * Returns the fields of a call policy that the in-app layer does not support and would otherwise ignore silently.
 * @param versions versions of the callee. @default one version of any name
 */
export function findPolicyProblems(
  call: string,
  policy: CallPolicy,
  versions?: readonly AppVersion[],
): readonly SettingsProblem[] {
  const unsupported = policyDifferences(call, policy, 'app', versions?.length ?? 1).flatMap(
    ({ field, difference }) =>
      difference.support === 'unsupported'
        ? [
            {
              key: `calls.${call}.policy: ${field}`,
              rule: `is not supported in the process: ${difference.reason}`,
            },
          ]
        : [],
  );
  return [...unsupported, ...weightProblems(call, policy, versions)];
}

/** Returns a problem when versions and weights differ: endpoints of a version without a weight would get no calls. */
function weightProblems(
  call: string,
  { balance }: CallPolicy,
  versions: readonly AppVersion[] | undefined,
): readonly SettingsProblem[] {
  if (balance?.kind !== 'weighted-round-robin') return [];
  const weightedVersions = Object.keys(balance.weights);
  const names = versions?.map(({ name }) => name) ?? weightedVersions.slice(0, 1);
  const isSame =
    weightedVersions.length === names.length && names.every((name) => weightedVersions.includes(name));
  if (isSame && names.length > 0) return [];
  const runningVersions = versions ? names.join(', ') : 'one version';
  const rule = `has weights for ${weightedVersions.join(', ') || 'no version'}, but the callee has ${runningVersions}; set a weight for each version`;
  return [{ key: `calls.${call}.policy.balance.weights`, rule }];
}
