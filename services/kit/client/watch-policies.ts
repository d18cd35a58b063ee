import { isDeepStrictEqual } from 'node:util';
import type { AppConfig } from '../../../mesh/policy/app-config.ts';
import { readAppConfig } from '../config/app-config.ts';
import { findPolicyProblems } from '../config/policy-problems.ts';
import { watchFile } from '../config/watch-file.ts';
import { SettingsError } from '../errors/settings-error.ts';
import type { Log } from '../telemetry/log.ts';
import type { LivePolicy } from './live-policy.ts';

/**
 * Watches the configuration file at `path` and applies changed call policies and version weights. Calls in progress
 * keep their policy. An invalid file changes nothing, and the log says why.
 * @param live the policies in use, by name of their call
 * @param intervalMs poll interval in milliseconds
 * @returns a function that stops watching
 */
export function watchPolicies(
  path: string,
  service: string,
  live: ReadonlyMap<string, LivePolicy>,
  log: Log,
  intervalMs = 1_000,
): () => void {
  const reload = () => {
    try {
      const { calls } = readAppConfig(path, service);
      const next = [...live].map(([name, policy]) => ({ name, policy, ...readCall(calls, name) }));
      for (const { name, policy, current, versions } of next) {
        if (isDeepStrictEqual([current, versions], [policy.current, policy.versions])) continue;
        policy.change(current, versions);
        log.info('call policy changed', { call: name });
      }
    } catch (error) {
      log.warn('configuration is invalid; keeping the last valid call policies', { path, error });
    }
  };
  return watchFile(path, intervalMs, reload);
}

function readCall(calls: AppConfig['calls'], name: string) {
  const { policy: current, versions } = calls[name] ?? {};
  const key = `calls.${name}.policy`;
  if (!current)
    throw new SettingsError([
      { key, rule: 'was removed; restart the service to move the policy to another layer' },
    ]);
  const problems = findPolicyProblems(name, current, versions);
  if (problems.length > 0) throw new SettingsError(problems);
  return { current, versions };
}
