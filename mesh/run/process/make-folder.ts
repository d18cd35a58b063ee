import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { folderError } from './folder-error.ts';

/**
 * Makes a folder and those above it that are missing. Node's own recursive mkdir never returns where a file system
 * says ENOENT to every new name, as /proc does.
 *
 * @throws Error that says in plain words why it cannot be made
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await make(folder);
  } catch (error) {
    throw folderError(folder, error);
  }
}

async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT') throw error;
    await make(dirname(folder));
    await mkdir(folder);
  }
}
