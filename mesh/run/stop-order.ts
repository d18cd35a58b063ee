import { z } from 'zod';
import { configMapOf } from './find-config-map.ts';
import type { LocalPod } from './local-pod.ts';
import type { ConfigMap } from './manifests.ts';
import { readJson } from './process/read-json.ts';

const appConfig = z.object({ calls: z.record(z.string(), z.object({ callee: z.string() })).default({}) });

/**
 * Returns groups of pods in the order in which to stop them. Callers stop before their callees, so that no call fails.
 * Services in a cycle of calls form one group, whose members stop concurrently.
 */
export function stopOrder(
  pods: readonly LocalPod[],
  configMaps: readonly ConfigMap[],
): readonly (readonly LocalPod[])[] {
  const groups: LocalPod[][] = [];
  let remaining = pods.map((pod) => ({ pod, callees: callees(pod, configMaps) }));
  while (remaining.length > 0) {
    const calleeNames = new Set(
      remaining.flatMap(({ pod, callees }) => [...callees].filter((name) => name !== pod.container.name)),
    );
    const uncalled = remaining.filter(({ pod }) => !calleeNames.has(pod.container.name));
    const group = uncalled.length > 0 ? uncalled : remaining;
    groups.push(group.map(({ pod }) => pod));
    remaining = remaining.filter((entry) => !group.includes(entry));
  }
  return groups;
}

function callees(pod: LocalPod, configMaps: readonly ConfigMap[]): ReadonlySet<string> {
  const names = pod.workload.spec.template.spec.volumes.flatMap(({ configMap }) => configMap?.name ?? []);
  const files = names.flatMap((name) => configMapOf(name, pod, configMaps).data['app.json'] ?? []);
  const configs = files.map((file) => readJson(appConfig, file, { name: `app.json of ${pod.name}` }));
  return new Set(configs.flatMap(({ calls }) => Object.values(calls).map(({ callee }) => callee)));
}
