import type { ConfigMap } from './manifests.ts';
import type { Pod } from './pod.ts';

/** Finds a ConfigMap in a pod's namespace. */
export function findConfigMap(
  name: string,
  { workload }: Pick<Pod, 'workload'>,
  configMaps: readonly ConfigMap[],
): ConfigMap | undefined {
  const { namespace } = workload.metadata;
  return configMaps.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
}

/** Finds a ConfigMap. @throws Error when the manifests have none of that name */
export function configMapOf(name: string, pod: Pod, configMaps: readonly ConfigMap[]): ConfigMap {
  const found = findConfigMap(name, pod, configMaps);
  if (!found) throw new Error(`${pod.workload.metadata.name} wants ConfigMap ${name}, which no manifest has`);
  return found;
}
