import type { ConfigMap } from './manifests.ts';
import type { Pod } from './pod.ts';
import type { Secrets } from './secrets.ts';
import { configMapOf, type Mounts, pathIn } from './volumes.ts';

/**
 * The environment of a pod's process on this machine: what the container would get, with paths
 * below a mount moved to the local folder, and addresses to listen on to 127.0.0.1 and local ports.
 */
export async function processEnvironment(
  pod: Pod,
  mounts: Mounts,
  configMaps: readonly ConfigMap[],
  secrets: Secrets,
): Promise<Readonly<Record<string, string>>> {
  const entries = await Promise.all(
    pod.container.env.map(async ({ name, value, valueFrom }) => {
      const { secretKeyRef, configMapKeyRef } = valueFrom ?? {};
      if (secretKeyRef) {
        return [name, await secrets.read({ secret: secretKeyRef.name, key: secretKeyRef.key })];
      }
      if (configMapKeyRef) {
        return [name, configMapOf(configMapKeyRef.name, pod, configMaps).data[configMapKeyRef.key] ?? ''];
      }
      return [name, localAddress(pathIn(mounts, value), pod)];
    }),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

function localAddress(value: string, pod: Pod): string {
  const port = /^0\.0\.0\.0:(\d+)$/.exec(value)?.[1];
  const local = port && pod.ports.get(Number(port));
  return local ? `127.0.0.1:${local}` : value;
}
