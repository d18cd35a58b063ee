import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Files that services/Dockerfile copies into every image, and those that control the build. */
export const SHARED = [
  '.dockerignore',
  'services/Dockerfile',
  'package.json',
  'package-lock.json',
  'mesh/policy',
  'services/proto/gen',
  'services/proto/limits.ts',
  'services/proto/errors',
  'services/kit',
];

/**
 * Returns the image tag of each service: `dev-` and a hash of the files in its image. The same sources result in the
 * same tag on every machine. A change of one service changes only its own tag.
 *
 * @param root the checkout
 */
export async function imageTags(
  services: readonly string[],
  root: string,
): Promise<Readonly<Record<string, string>>> {
  const shared = await digests(SHARED, root);
  const tags = services.map(async (service) => {
    const own = await digests([`services/${service}`], root);
    const hash = createHash('sha256')
      .update([...shared, ...own].join('\n'))
      .digest('hex');
    return [service, `dev-${hash.slice(0, 12)}`] as const;
  });
  return Object.fromEntries(await Promise.all(tags));
}

/** Returns a line for each file below `paths`, with the hash of its content. */
async function digests(paths: readonly string[], root: string): Promise<readonly string[]> {
  const files = (await Promise.all(paths.map((path) => filesBelow(path, root)))).flat().sort();
  return Promise.all(
    files.map(async (file) => {
      const content = await readFile(join(root, file));
      return `${createHash('sha256').update(content).digest('hex')}  ${file}`;
    }),
  );
}

async function filesBelow(path: string, root: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}
