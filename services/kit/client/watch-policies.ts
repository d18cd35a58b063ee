import { isDeepStrictEqual } from 'node:util';
import type { AppConfig } from '../../../mesh/policy/app-config.ts';
import { readAppConfig } from '../config/app-config.ts';
import { findPolicyProblems } from '../config/policy-problems.ts';
import { watchFile } from '../config/watch-file.ts';
import { SettingsError } from '../errors/settings-error.ts';
import type { Log } from '../telemetry/log.ts';
import type { LivePolicy } from './live-policy.ts';

/**
 * Follows the policies of calls in the file at `path`, and the weights of their callees' versions, of which each call under way keeps the one it began with. A file
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
      const next = [...live].map(([name, policy]) => ({ name, policy, ...callOf(calls, name) }));
      for (const { name, policy, current, versions } of next) {
        if (isDeepStrictEqual([current, versions], [policy.current, policy.versions])) continue;
        policy.change(current, versions);
        log.info('call policy changed', { call: name });
      }
    } catch (error) {
      log.warn('configuration is broken; the last good call policies hold', { path, error });
    }
  };
  return watchFile(path, intervalMs, look);
}

function callOf(calls: AppConfig['calls'], name: string) {
  const { policy: current, versions } = calls[name] ?? {};
  const key = `calls.${name}.policy`;
  if (!current) throw new SettingsError([{ key, rule: 'is gone; restart to leave it to another layer' }]);
  const problems = findPolicyProblems(name, current, versions);
  if (problems.length > 0) throw new SettingsError(problems);
  return { current, versions };
}
