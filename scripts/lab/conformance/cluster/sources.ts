import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { KubeObject } from '../../../operate/cluster/objects.ts';
import { ROOT } from '../../../process/run-tool.ts';
import { NAMESPACE } from './probe-objects.ts';

const FOLDER = 'scripts/lab/conformance';
const NAME = 'sources';
/** Sources that run only outside the cluster. */
const EXCLUDED_FOLDER = join(FOLDER, 'cluster');

/** Returns a ConfigMap with the sources of this folder, since images contain only the services. */
export async function sourcesConfigMap(): Promise<KubeObject> {
  const paths = await sourcePaths();
  const files = paths.map(async (path) => [keyOf(path), await readFile(join(ROOT, path), 'utf8')] as const);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: NAME, namespace: NAMESPACE },
    data: Object.fromEntries(await Promise.all(files)),
  } as KubeObject;
}

/** Mounts the sources next to the kit, which they import. */
export const SOURCES_MOUNT = { name: NAME, mountPath: `/app/${FOLDER}`, readOnly: true };

export const SOURCES_VOLUME = {
  name: NAME,
  configMap: {
    name: NAME,
    items: (await sourcePaths()).map((path) => ({ key: keyOf(path), path: relative(FOLDER, path) })),
  },
};

async function sourcePaths(): Promise<readonly string[]> {
  const entries = await readdir(join(ROOT, FOLDER), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(EXCLUDED_FOLDER))
    .sort();
}

/** Returns the ConfigMap key of a path. Keys cannot contain slashes. */
function keyOf(path: string): string {
  return relative(FOLDER, path).replaceAll('/', '__');
}
