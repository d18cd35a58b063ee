import { posix } from 'node:path';
import { importsOf } from './imports-of.ts';
import { readSourceFiles, type SourceFile } from './source-files.ts';

/** Folders without import circles. Imports of types count: files in a circle can only be understood together. */
const FOLDERS = ['charts', 'mesh', 'scripts', 'services'];

/** Checks the files of `FOLDERS`. Returns a line per import circle. */
export async function runCircleRule(): Promise<readonly string[]> {
  return importCircles(await readSourceFiles(FOLDERS));
}

/**
 * Returns a line for each import that closes a circle of the given files, found by a depth-first search. Imports of other
 * files are ignored.
 */
export function importCircles(files: readonly SourceFile[]): readonly string[] {
  const imports = new Map(files.map(({ path, text }) => [path, targetsOf(path, text)]));
  const visited = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push(formatCircle([...path.slice(start), file]));
    if (visited.has(file)) return;
    visited.add(file);
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
}

/** Returns the paths of the relative imports of a file, each once. */
function targetsOf(file: string, source: string): ReadonlySet<string> {
  const relative = importsOf(source).filter(({ from }) => from.startsWith('.'));
  return new Set(relative.map(({ from }) => posix.join(posix.dirname(file), from)));
}

function formatCircle(path: readonly string[]): string {
  return `${path[0]}:1: files import each other: ${path.join(' -> ')}; move the shared declarations to a file of their own`;
}
