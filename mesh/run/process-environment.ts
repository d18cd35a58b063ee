import { containerEnvironment } from './container-environment.ts';
import { expand } from './expand.ts';
import { findConfigMap } from './find-config-map.ts';
import type { LocalPod } from './local-pod.ts';
import type { ConfigMap } from './manifests.ts';
import { containerResource, podField } from './pod-fields.ts';
import type { Secrets } from './secrets.ts';
import { type Mounts, toLocalPath } from './volumes.ts';

/** Variables as the container would get them. @throws Error when the manifests lack what they refer to */
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
        `container ${container.name}: the local run makes secrets key by key; name the keys of Secret ${name} in env instead of envFrom`,
      );
    },
    field: (path) => podField(path, pod),
    resource: (ref) => containerResource(ref, container),
  });
}

/**
 * Returns the environment of a pod's process on this machine: paths below a mount are moved to the local folder, and
 * addresses to listen on to 127.0.0.1 and local ports.
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

/** Returns the words of a pod's command and arguments on this machine. */
export function resolveArguments(
  { container: { command, args } }: LocalPod,
  variables: ReadonlyMap<string, string>,
  mounts: Mounts,
): readonly string[] {
  return [...command, ...args].map((word) => toLocalPath(mounts, expand(word, variables)));
}

function localAddress(value: string, pod: LocalPod): string {
  const port = /^0\.0\.0\.0:(\d+)$/.exec(value)?.[1];
  const local = port && pod.ports.get(Number(port));
  return local ? `127.0.0.1:${local}` : value;
}
