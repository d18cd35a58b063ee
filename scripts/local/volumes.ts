import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ConfigMap, Volume } from './manifests.ts';
import type { Pod } from './pod.ts';
import type { Secrets } from './secrets.ts';

/** Local folder by the path that the container would have it at. */
export type Mounts = ReadonlyMap<string, string>;

/** Writes the files that a pod's volumes hold below `folder`, anew, and says where each mount lies. */
export async function writeVolumes(
  pod: Pod,
  folder: string,
  configMaps: readonly ConfigMap[],
  secrets: Secrets,
): Promise<Mounts> {
  await rm(folder, { recursive: true, force: true });
  const mounts = new Map<string, string>();
  for (const volume of pod.workload.spec.template.spec.volumes) {
    const at = join(folder, volume.name);
    await mkdir(at, { recursive: true, mode: 0o700 });
    for (const [path, content] of await filesOf(volume, pod, configMaps, secrets)) {
      await mkdir(dirname(join(at, path)), { recursive: true, mode: 0o700 });
      await writeFile(join(at, path), content, { mode: 0o600 });
    }
    for (const { name, mountPath } of pod.container.volumeMounts) {
      if (name === volume.name) mounts.set(mountPath, at);
    }
  }
  return mounts;
}

/** Where a path of the container lies on this machine; the path itself when it is below no mount. */
export function pathIn(mounts: Mounts, path: string): string {
  for (const [mountPath, folder] of mounts) {
    if (path === mountPath || path.startsWith(`${mountPath}/`)) return folder + path.slice(mountPath.length);
  }
  return path;
}

/** Finds a ConfigMap. @throws Error when the manifests have none of that name */
export function configMapOf(name: string, pod: Pod, configMaps: readonly ConfigMap[]): ConfigMap {
  const found = configMaps.find(
    ({ metadata }) => metadata.name === name && metadata.namespace === pod.workload.metadata.namespace,
  );
  if (!found) throw new Error(`${pod.workload.metadata.name} wants ConfigMap ${name}, which no manifest has`);
  return found;
}

async function filesOf(
  volume: Volume,
  pod: Pod,
  configMaps: readonly ConfigMap[],
  secrets: Secrets,
): Promise<readonly (readonly [path: string, content: string])[]> {
  const sources = [
    {
      configMap: volume.configMap,
      secret: volume.secret && { ...volume.secret, name: volume.secret.secretName },
    },
    ...(volume.projected?.sources ?? []),
  ];
  const files = await Promise.all(
    sources.map(async ({ configMap, secret }) => {
      const data = configMap && configMapOf(configMap.name, pod, configMaps).data;
      const plain = Object.entries(data ?? {}).flatMap(([key, content]) => {
        if (!configMap?.items) return [[key, content] as const];
        return configMap.items.filter((item) => item.key === key).map(({ path }) => [path, content] as const);
      });
      const secretItems = (secret && (secret.items ?? [])) || [];
      const hidden = secretItems.map(
        async ({ key, path }) => [path, await secrets.read({ secret: secret?.name ?? '', key })] as const,
      );
      return [...plain, ...(await Promise.all(hidden))];
    }),
  );
  return files.flat();
}
