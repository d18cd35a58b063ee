import { posix } from 'node:path';
import { importsOf } from './imports-of.ts';
import { ROOMS, type Room } from './rooms.ts';

/**
 * What a file imports against the rule of who may import whom.
 *
 * @param file its path from the root of the checkout, with slashes
 * @returns a line for each violation, with the file, the line and the rule
 */
export function importViolations(file: string, source: string): readonly string[] {
  const room = roomOf(file);
  if (!room) return [];
  return importsOf(source).flatMap(({ from, line, isType }) => {
    if (!from.startsWith('.')) return [];
    const target = posix.join(posix.dirname(file), from);
    // A room inside another is not the other: mesh/policy may not import all of mesh.
    const own = roomOf(target)?.folder === room.folder;
    const may = [...room.may, ...(isType ? (room.mayTypes ?? []) : [])];
    if (own || may.some((folder) => isBelow(target, folder))) return [];
    const allowed = ['itself', ...room.may, ...(room.mayTypes ?? []).map((folder) => `types of ${folder}`)];
    return [`${file}:${line}: ${room.folder} may import ${allowed.join(', ')}, not ${target}: ${room.why}`];
  });
}

/** The room of a path, with the service's own name in the place of `*`. */
function roomOf(path: string): Room | undefined {
  const room = ROOMS.find(({ folder }) => isBelow(path, folder));
  if (!room?.folder.endsWith('/*')) return room;
  return { ...room, folder: path.split('/').slice(0, 2).join('/') };
}

function isBelow(path: string, folder: string): boolean {
  const parts = path.split('/');
  return folder.split('/').every((name, index) => name === '*' || name === parts[index]);
}
