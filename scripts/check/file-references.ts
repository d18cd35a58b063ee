import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ROOT } from '../process/run-tool.ts';
import { readSourceFiles, type SourceFile } from './source-files.ts';

const FOLDERS = ['charts', 'mesh', 'scripts', 'services', 'test'];

/** A path that a module resolves at run time. The type checker does not follow it when a file is renamed. */
const REFERENCE = /\bnew URL\(\s*'([^'$]+)',\s*import\.meta\.url/g;

/** Checks the files of `FOLDERS`. Returns a line per reference to a missing file. */
export async function runFileReferenceRule(): Promise<readonly string[]> {
  return missingReferences(await readSourceFiles(FOLDERS), (path) => existsSync(join(ROOT, path)));
}

/** Returns a line for each URL relative to `import.meta.url` whose file or folder does not exist. */
export function missingReferences(
  files: readonly SourceFile[],
  exists: (path: string) => boolean,
): readonly string[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(REFERENCE)].flatMap(({ 1: reference = '', index }) => {
      const target = posix.join(posix.dirname(path), reference);
      if (exists(target)) return [];
      const line = text.slice(0, index).split('\n').length;
      return [`${path}:${line}: ${target} does not exist; correct the path`];
    }),
  );
}
