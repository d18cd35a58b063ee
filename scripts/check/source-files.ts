import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../process/run-tool.ts';

/** A file of the checkout. */
export interface SourceFile {
  /** Its path from the root of the checkout, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Returns whether a program writes the file. */
export function isGenerated(path: string): boolean {
  return path.includes('/gen/') || path.startsWith('imports/');
}

/** Reads the files with the given endings below folders of the checkout, sorted by path. */
export async function readSourceFiles(
  folders: readonly string[],
  endings: readonly string[] = ['.ts'],
): Promise<readonly SourceFile[]> {
  const paths = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(ROOT, folder), { recursive: folder !== '.' });
      return names
        .map((name) => (folder === '.' ? name : `${folder}/${name}`))
        .filter((path) => endings.some((ending) => path.endsWith(ending)));
    }),
  );
  return await Promise.all(
    paths
      .flat()
      .sort()
      .map(async (path) => ({ path, text: await readFile(join(ROOT, path), 'utf8') })),
  );
}
