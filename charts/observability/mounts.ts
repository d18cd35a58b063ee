import { createHash } from 'node:crypto';
import { Size } from 'cdk8s';
import { ConfigMap, EmptyDirMedium, type IConfigMap, Volume, type VolumeMount } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { PART_NAMES, partLabels } from './names.ts';
import type { ObservabilityServer } from './observability-server.ts';

/** Largest content of a ConfigMap that the API server accepts, in bytes. */
const MAX_CONFIG_MAP_BYTES = 2 ** 20;
const SCRATCH_MIB = 256;

/**
 * Adds the ConfigMaps of a part's files, and returns the mounts of its container.
 * @throws Error if the files of a folder exceed the size of a ConfigMap
 */
export function partMounts(scope: Construct, server: ObservabilityServer): readonly VolumeMount[] {
  const { part, files = {}, scratch = [], certificates } = server;
  return [
    ...Object.entries(files).map(([path, data]) => fileMount(scope, server, path, data)),
    ...scratch.map((path, index) => ({
      path,
      volume: Volume.fromEmptyDir(scope, `${part}-scratch-${index}`, `scratch-${index}`, {
        sizeLimit: Size.mebibytes(SCRATCH_MIB),
      }),
    })),
    ...(certificates
      ? [
          {
            path: certificates,
            volume: Volume.fromEmptyDir(scope, `${part}-certificates`, 'certificates', {
              medium: EmptyDirMedium.MEMORY,
            }),
          },
        ]
      : []),
  ];
}

function fileMount(
  scope: Construct,
  { part }: ObservabilityServer,
  path: string,
  data: Readonly<Record<string, string>>,
): VolumeMount {
  const suffix = path.slice(path.lastIndexOf('/') + 1);
  const name = suffix === PART_NAMES[part] ? `${suffix}-config` : `${PART_NAMES[part]}-${suffix}`;
  const bytes = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_CONFIG_MAP_BYTES)
    throw new Error(
      `the files of ${path} have ${bytes} bytes, but ConfigMap ${name} can have ${MAX_CONFIG_MAP_BYTES}; split them`,
    );
  const map = new ConfigMap(scope, name, { metadata: { name, labels: partLabels(part) }, data: { ...data } });
  return { path, volume: Volume.fromConfigMap(scope, `${name}-volume`, map as IConfigMap, { name: suffix }) };
}

/** Returns the hash of a part's files. As an annotation, it restarts the pod when a file changes. */
export function filesChecksum({ files = {} }: ObservabilityServer): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}
