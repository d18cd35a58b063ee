import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../process/run-tool.ts';

/** What services/Dockerfile copies into every image, and what says how. */
const SHARED = [
  '.dockerignore',
  'services/Dockerfile',
  'package.json',
  'package-lock.json',
  'mesh/policy',
  'services/proto/gen',
  'services/kit',
];

/**
 * The image tag of each service: `dev-` and a hash of the files that go into its image. The same sources give the
 * same tag on every machine, and a change of one service changes the tag of that one alone.
 */
export async function imageTags(services: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const shared = await digests(SHARED);
  const tags = services.map(async (service) => {
    const own = await digests([`services/${service}`]);
    const hash = createHash('sha256')
      .update([...shared, ...own].join('\n'))
      .digest('hex');
    return [service, `dev-${hash.slice(0, 12)}`] as const;
  });
  return Object.fromEntries(await Promise.all(tags));
}

/** A line for each file below `paths`, with the hash of its content. */
async function digests(paths: readonly string[]): Promise<readonly string[]> {
  const files = (await Promise.all(paths.map(filesBelow))).flat().sort();
  return Promise.all(
    files.map(async (file) => {
      const content = await readFile(join(ROOT, file));
      return `${createHash('sha256').update(content).digest('hex')}  ${file}`;
    }),
  );
}

async function filesBelow(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(join(ROOT, path), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}
