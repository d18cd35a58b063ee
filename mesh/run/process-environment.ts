import { containerEnvironment } from './container-environment.ts';
import { expand } from './expand.ts';
import { findConfigMap } from './find-config-map.ts';
import type { LocalPod } from './local-pod.ts';
import type { ConfigMap } from './manifests.ts';
import { containerResource, podField } from './pod-fields.ts';
import type { Secrets } from './secrets.ts';
import { type Mounts, toLocalPath } from './volumes.ts';

/** Returns the variables of a pod's container. @throws Error if a referenced object or key is missing */
export function resolveVariables(
  pod: LocalPod,
  configMaps: readonly ConfigMap[],
  secrets: Secrets,
): Promise<ReadonlyMap<string, string>> {
  const { container } = pod;
  return containerEnvironment(container, {
    configMap: (name) => findConfigMap(name, pod, configMaps)?.data,
    secret: (secret, key) => secrets.read({ secret, key }),
    secretData: async (name) => {
      throw new Error(
        `container ${container.name}: the local run generates secrets by key; list the keys of Secret ${name} in env instead of envFrom`,
      );
    },
    field: (path) => podField(path, pod),
    resource: (ref) => containerResource(ref, container),
  });
}

/**
 * Translates the variables of a container for a local process. Paths below a mount become paths of the local folder.
 * Listen addresses become 127.0.0.1 with the local port.
 */
export function processEnvironment(
  variables: ReadonlyMap<string, string>,
  pod: LocalPod,
  mounts: Mounts,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...variables].map(([name, value]) => [name, localAddress(toLocalPath(mounts, value), pod)]),
  );
}

/** Returns the command and arguments of a pod's container, with variables expanded and paths translated. */
export function resolveArguments(
  { container: { command, args } }: LocalPod,
  variables: ReadonlyMap<string, string>,
  mounts: Mounts,
): readonly string[] {
  return [...command, ...args].map((argument) => toLocalPath(mounts, expand(argument, variables)));
}

function localAddress(value: string, pod: LocalPod): string {
  const port = /^0\.0\.0\.0:(\d+)$/.exec(value)?.[1];
  const local = port && pod.ports.get(Number(port));
  return local ? `127.0.0.1:${local}` : value;
}
