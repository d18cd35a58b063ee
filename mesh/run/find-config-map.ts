import type { LocalPod } from './local-pod.ts';
import type { ConfigMap } from './manifests.ts';

/** Finds a ConfigMap in a pod's namespace. */
export function findConfigMap(
  name: string,
  { workload }: Pick<LocalPod, 'workload'>,
  configMaps: readonly ConfigMap[],
): ConfigMap | undefined {
  const { namespace } = workload.metadata;
  return configMaps.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
}

/** Finds a ConfigMap. @throws Error when the manifests have none of that name */
export function configMapOf(name: string, pod: LocalPod, configMaps: readonly ConfigMap[]): ConfigMap {
  const found = findConfigMap(name, pod, configMaps);
  if (!found) throw new Error(`${pod.workload.metadata.name} wants ConfigMap ${name}, which no manifest has`);
  return found;
}
