import type { LocalPod } from './local-pod.ts';
import type { ConfigMap } from './manifests.ts';

/** Returns the ConfigMap of a name in the pod's namespace; undefined if there is none. */
export function findConfigMap(
  name: string,
  { workload }: Pick<LocalPod, 'workload'>,
  configMaps: readonly ConfigMap[],
): ConfigMap | undefined {
  const { namespace } = workload.metadata;
  return configMaps.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
}

/** Returns the ConfigMap of a name in the pod's namespace. @throws Error if the manifests have none */
export function configMapOf(name: string, pod: LocalPod, configMaps: readonly ConfigMap[]): ConfigMap {
  const configMap = findConfigMap(name, pod, configMaps);
  if (configMap) return configMap;
  throw new Error(
    `${pod.workload.metadata.name} needs ConfigMap ${name}, which is not in the manifests; add it`,
  );
}
