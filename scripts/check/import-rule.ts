import { posix } from 'node:path';
import { importsOf } from './imports-of.ts';
import { ROOMS, type Room } from './rooms.ts';
import { readSourceFiles } from './source-files.ts';

/** Checks every TypeScript file of the rooms. Returns a line per violation. */
export async function runImportRule(): Promise<readonly string[]> {
  const folders = [...new Set(ROOMS.map(({ folder }) => folder.split('/')[0] ?? ''))];
  const files = await readSourceFiles(folders);
  return files.flatMap(({ path, text }) => importViolations(path, text));
}

/**
 * Returns a line for each import of a file that crosses an import boundary, with the file, the line and the boundary.
 *
 * @param file its path from the root of the checkout, with slashes
 */
export function importViolations(file: string, source: string): readonly string[] {
  const room = roomOf(file);
  if (!room) return [];
  return importsOf(source).flatMap(({ from, line, isType }) => {
    if (!from.startsWith('.')) return [];
    const target = posix.join(posix.dirname(file), from);
    // A room inside another room does not share its boundaries: mesh/policy may not import all of mesh.
    const own = roomOf(target)?.folder === room.folder;
    const may = [...room.imports, ...(isType ? (room.typeImports ?? []) : [])];
    if (own || may.some((folder) => isBelow(target, folder))) return [];
    const allowed = [
      'itself',
      ...room.imports,
      ...(room.typeImports ?? []).map((folder) => `types of ${folder}`),
    ];
    return [
      `${file}:${line}: ${room.folder} may import ${allowed.join(', ')}, not ${target}: ${room.reason}`,
    ];
  });
}

/** Returns the room of a path, with the name of the service in place of `*`. */
function roomOf(path: string): Room | undefined {
  const room = ROOMS.find(({ folder }) => isBelow(path, folder));
  if (!room?.folder.endsWith('/*')) return room;
  return { ...room, folder: path.split('/').slice(0, 2).join('/') };
}

function isBelow(path: string, folder: string): boolean {
  const parts = path.split('/');
  return folder.split('/').every((name, index) => name === '*' || name === parts[index]);
}
