import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { expand } from './expand.ts';
import type { LocalPod } from './local-pod.ts';
import type { ConfigMap } from './manifests.ts';
import type { Secrets } from './secrets.ts';
import { type VolumeFile, volumeFiles } from './volume-files.ts';

/** Local paths by mount path in the container. */
export type Mounts = ReadonlyMap<string, string>;

/**
 * Replaces the contents of `folder` by the files of a pod's volumes.
 *
 * @returns the mounts, longest mount path first
 * @throws Error if a referenced object or key is missing, or a `subPath` leaves its volume
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
    const volumeFolder = join(folder, volume.name);
    await mkdir(volumeFolder, { recursive: true, mode: 0o700 });
    const files = await volumeFiles(volume, pod, configMaps, secrets);
    for (const file of files) await write(join(volumeFolder, file.path), file, pod);
    for (const mount of pod.container.volumeMounts.filter(({ name }) => name === volume.name)) {
      const subPath = subPathOf(mount, variables, pod);
      // Kubernetes creates a missing subPath of an emptyDir when it mounts it.
      if (subPath && volume.emptyDir)
        await mkdir(join(volumeFolder, subPath), { recursive: true, mode: 0o700 });
      if (subPath && !volume.emptyDir && !files.some(({ path }) => `${path}/`.startsWith(`${subPath}/`)))
        throw new Error(`${pod.workload.metadata.name}: volume ${volume.name} has no subPath '${subPath}'`);
      mounts.set(mount.mountPath.replace(/(?<=.)\/+$/, ''), join(volumeFolder, subPath));
    }
  }
  return new Map([...mounts].toSorted(([a], [b]) => b.length - a.length));
}

/** Translates a path of the container to a local path. Returns the path unchanged if no mount contains it. */
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
 * Translates the mode of a file. In a pod, the files belong to root, are readable by the group `fsGroup` or by all, and
 * the volume is read-only. Locally they belong to the user of the process, in a folder that is closed to other users.
 */
function localMode(mode: number, { workload }: LocalPod): number {
  const { fsGroup, runAsUser } = workload.spec.template.spec.securityContext;
  const isReadable = fsGroup !== undefined || runAsUser === 0 || (mode & 0o004) !== 0;
  const readOnlyMode = mode & 0o555;
  return isReadable ? readOnlyMode | 0o400 : readOnlyMode & ~0o400;
}

function subPathOf(
  { mountPath, subPath, subPathExpr }: LocalPod['container']['volumeMounts'][number],
  variables: ReadonlyMap<string, string>,
  pod: LocalPod,
): string {
  const fail = (reason: string) => {
    throw new Error(`${pod.workload.metadata.name}: the mount ${mountPath} ${reason}`);
  };
  const path =
    subPath ||
    expand(subPathExpr, variables, (name) =>
      fail(`refers to $(${name}), which is not a variable of the container`),
    );
  if (isAbsolute(path) || path.split('/').includes('..'))
    fail(`has a subPath '${path}' that leaves the volume`);
  return path;
}
