import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { folderError } from './folder-error.ts';

/**
 * Creates a folder and its missing parents. Unlike the recursive mkdir of Node, it also terminates on file systems such
 * as /proc, which return ENOENT for every new name.
 *
 * @throws Error that explains why the folder cannot be created
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
