import { findConfigMap } from './find-config-map.ts';
import type { LocalPod } from './local-pod.ts';
import type { ConfigMap } from './manifests.ts';
import { containerResource, podField } from './pod-fields.ts';
import type { Secrets } from './secrets.ts';
import type { Volume } from './workload.ts';

/** A file of a volume. */
export interface VolumeFile {
  /** Relative to the volume. */
  readonly path: string;
  readonly content: string | Buffer;
  readonly mode: number;
}

type Source = NonNullable<Volume['projected']>['sources'][number];
type Item = NonNullable<NonNullable<Source['configMap']>['items']>[number];

/**
 * Returns the files of a volume. If two sources of a projected volume have the same path, the later one wins.
 *
 * @throws Error if a referenced ConfigMap or key is missing, or the local run does not support the volume
 */
export async function volumeFiles(
  volume: Volume,
  pod: LocalPod,
  configMaps: readonly ConfigMap[],
  secrets: Secrets,
): Promise<readonly VolumeFile[]> {
  const { configMap, secret, downwardAPI, projected } = volume;
  const sources: readonly Source[] = [
    ...(configMap ? [{ configMap }] : []),
    ...(secret ? [{ secret: { ...secret, name: secret.secretName } }] : []),
    ...(downwardAPI ? [{ downwardAPI }] : []),
    ...(projected?.sources ?? []),
  ];
  const mode = (configMap ?? secret ?? downwardAPI ?? projected)?.defaultMode ?? 0o644;
  const files = new Map<string, VolumeFile>();
  for (const source of sources) {
    for (const [item, content] of await contents(source, pod, configMaps, secrets))
      files.set(item.path, { path: item.path, content, mode: item.mode ?? mode });
  }
  return [...files.values()];
}

async function contents(
  { configMap, secret, downwardAPI }: Source,
  pod: LocalPod,
  configMaps: readonly ConfigMap[],
  secrets: Secrets,
): Promise<readonly (readonly [Pick<Item, 'path' | 'mode'>, string | Buffer])[]> {
  if (configMap) return configMapContents(configMap, pod, configMaps);
  if (downwardAPI)
    return downwardAPI.items.map((item) => [
      item,
      item.resourceFieldRef
        ? containerResource(item.resourceFieldRef, pod.container)
        : podField(item.fieldRef?.fieldPath ?? '', pod),
    ]);
  if (!secret) return [];
  const { name, items } = secret;
  if (!items)
    throw new Error(
      `${pod.workload.metadata.name}: the local run generates secrets by key; list the keys of Secret ${name} in items`,
    );
  return Promise.all(
    items.map(async (item) => [item, await secrets.read({ secret: name, key: item.key })] as const),
  );
}

function configMapContents(
  { name, items, optional }: NonNullable<Source['configMap']>,
  pod: LocalPod,
  configMaps: readonly ConfigMap[],
): readonly (readonly [Pick<Item, 'path' | 'mode'>, string | Buffer])[] {
  const workload = pod.workload.metadata.name;
  const configMap = findConfigMap(name, pod, configMaps);
  if (!configMap && !optional)
    throw new Error(`${workload} needs ConfigMap ${name}, which is not in the manifests; add it`);
  const data = new Map<string, string | Buffer>(Object.entries(configMap?.data ?? {}));
  for (const [key, base64] of Object.entries(configMap?.binaryData ?? {}))
    data.set(key, Buffer.from(base64, 'base64'));
  const all = items ?? [...data.keys()].map((key) => ({ key, path: key, mode: undefined }));
  return all.flatMap((item) => {
    const content = data.get(item.key);
    if (content !== undefined) return [[item, content] as const];
    if (optional) return [];
    throw new Error(
      `${workload} needs key '${item.key}' of ConfigMap ${name}, which has no such key; add it`,
    );
  });
}
