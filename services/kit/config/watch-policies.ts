import { isDeepStrictEqual } from 'node:util';
import type { AppConfig } from '../../../mesh/policy/app-config.ts';
import type { LivePolicy } from '../client/live-policy.ts';
import type { Log } from '../telemetry/log.ts';
import { readAppConfig } from './app-config.ts';
import { policyProblems } from './policy-problems.ts';
import { SettingsError } from './settings-error.ts';
import { watchFile } from './watch-file.ts';

/**
 * Follows the policies of calls in the file at `path`, of which each call under way keeps the one it began with. A file
 * that is wrong changes nothing: the last that was good holds, and the log says why.
 * @param live the policies in use, by the name of their call
 * @returns what ends it
 */
export function watchPolicies(
  path: string,
  service: string,
  live: ReadonlyMap<string, LivePolicy>,
  log: Log,
  intervalMs = 1_000,
): () => void {
  const look = () => {
    try {
      const { calls } = readAppConfig(path, service);
      const policies = [...live.keys()].map((name) => [name, policyOf(calls, name)] as const);
      for (const [name, policy] of policies) {
        if (isDeepStrictEqual(policy, live.get(name)?.current)) continue;
        live.get(name)?.change(policy);
        log.info('call policy changed', { call: name });
      }
    } catch (error) {
      log.warn('configuration is broken; the last good call policies hold', { path, error });
    }
  };
  return watchFile(path, intervalMs, look);
}

function policyOf(calls: AppConfig['calls'], name: string) {
  const policy = calls[name]?.policy;
  const key = `calls.${name}.policy`;
  if (!policy) throw new SettingsError([{ key, rule: 'is gone; restart to leave it to another layer' }]);
  const problems = policyProblems(name, policy);
  if (problems.length > 0) throw new SettingsError(problems);
  return policy;
}
