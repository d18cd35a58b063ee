import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { expand } from './expand.ts';
import type { LocalPod } from './local-pod.ts';
import type { ConfigMap } from './manifests.ts';
import type { Secrets } from './secrets.ts';
import { type VolumeFile, volumeFiles } from './volume-files.ts';

/** Local path by the path that the container would have it at. */
export type Mounts = ReadonlyMap<string, string>;

/**
 * Writes the files that a pod's volumes hold below `folder`, anew.
 *
 * @returns where each mount lies; the longest path of a container first
 * @throws Error when the manifests lack what a volume refers to
 */
export async function writeVolumes(
  pod: LocalPod,
  folder: string,
  configMaps: readonly ConfigMap[],
  secrets: Secrets,
  variables: ReadonlyMap<string, string>,
): Promise<Mounts> {
  await rm(folder, { recursive: true, force: true });
  const mounts = new Map<string, string>();
  for (const volume of pod.workload.spec.template.spec.volumes) {
    const at = join(folder, volume.name);
    await mkdir(at, { recursive: true, mode: 0o700 });
    const files = await volumeFiles(volume, pod, configMaps, secrets);
    for (const file of files) await write(join(at, file.path), file, pod);
    for (const mount of pod.container.volumeMounts.filter(({ name }) => name === volume.name)) {
      const subPath = subPathOf(mount, variables, pod);
      // An empty volume gets the folder when it is mounted.
      if (subPath && volume.emptyDir) await mkdir(join(at, subPath), { recursive: true, mode: 0o700 });
      if (subPath && !volume.emptyDir && !files.some(({ path }) => `${path}/`.startsWith(`${subPath}/`)))
        throw new Error(`${pod.workload.metadata.name}: volume ${volume.name} has no subPath '${subPath}'`);
      mounts.set(mount.mountPath.replace(/(?<=.)\/+$/, ''), join(at, subPath));
    }
  }
  return new Map([...mounts].toSorted(([a], [b]) => b.length - a.length));
}

/** Where a path of the container lies on this machine; the path itself when it is below no mount. */
export function toLocalPath(mounts: Mounts, path: string): string {
  for (const [mountPath, folder] of mounts) {
    if (path === mountPath || path.startsWith(`${mountPath}/`)) return folder + path.slice(mountPath.length);
  }
  return path;
}

async function write(path: string, { content, mode }: VolumeFile, pod: LocalPod): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, content, { mode: 0o600 });
  await chmod(path, localMode(mode, pod));
}

/**
 * In a pod such files belong to root, are read through the group `fsGroup` or by all, and cannot be written, since the
 * volume is read-only. Here they belong to the user of the process; the folder above is closed to other users.
 */
function localMode(mode: number, { workload }: LocalPod): number {
  const { fsGroup, runAsUser } = workload.spec.template.spec.securityContext;
  const isReadable = fsGroup !== undefined || runAsUser === 0 || (mode & 0o004) !== 0;
  const plain = mode & 0o555;
  return isReadable ? plain | 0o400 : plain & ~0o400;
}

function subPathOf(
  { mountPath, subPath, subPathExpr }: LocalPod['container']['volumeMounts'][number],
  variables: ReadonlyMap<string, string>,
  pod: LocalPod,
): string {
  const refuse = (reason: string) => {
    throw new Error(`${pod.workload.metadata.name}: the mount ${mountPath} ${reason}`);
  };
  const path =
    subPath ||
    expand(subPathExpr, variables, (name) => refuse(`refers to $(${name}), which no variable is named`));
  if (isAbsolute(path) || path.split('/').includes('..'))
    refuse(`has a subPath '${path}' that leaves the volume`);
  return path;
}
