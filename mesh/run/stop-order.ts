import { z } from 'zod';
import { configMapOf } from './find-config-map.ts';
import type { LocalPod } from './local-pod.ts';
import type { ConfigMap } from './manifests.ts';
import { readJson } from './process/read-json.ts';

const appConfig = z.object({ calls: z.record(z.string(), z.object({ callee: z.string() })).default({}) });

/**
 * Pods in the order in which to stop them: each group after those that call it, so that nobody
 * calls what is gone already. Services that call each other in a circle stop together.
 */
export function stopOrder(
  pods: readonly LocalPod[],
  configMaps: readonly ConfigMap[],
): readonly (readonly LocalPod[])[] {
  const groups: LocalPod[][] = [];
  let left = pods.map((pod) => ({ pod, callees: callees(pod, configMaps) }));
  while (left.length > 0) {
    const called = new Set(
      left.flatMap(({ pod, callees }) => [...callees].filter((name) => name !== pod.container.name)),
    );
    const free = left.filter(({ pod }) => !called.has(pod.container.name));
    const group = free.length > 0 ? free : left;
    groups.push(group.map(({ pod }) => pod));
    left = left.filter((entry) => !group.includes(entry));
  }
  return groups;
}

function callees(pod: LocalPod, configMaps: readonly ConfigMap[]): ReadonlySet<string> {
  const names = pod.workload.spec.template.spec.volumes.flatMap(({ configMap }) => configMap?.name ?? []);
  const files = names.flatMap((name) => configMapOf(name, pod, configMaps).data['app.json'] ?? []);
  const configs = files.map((file) => readJson(appConfig, file, { name: `app.json of ${pod.name}` }));
  return new Set(configs.flatMap(({ calls }) => Object.values(calls).map(({ callee }) => callee)));
}
