import { folderError } from './process/folder-error.ts';
import { tryLock } from './process/lock.mjs';

/**
 * Acquires the lock that prevents two runs in the same folder.
 *
 * @returns a function that releases the lock
 * @throws Error if another process holds the lock, or the file cannot be written
 */
export function takeLock(file: string): () => void {
  const lock = attempt(file);
  if ('release' in lock) return lock.release;
  throw new Error(
    `process ${lock.holder} already uses this folder: stop it, or choose another folder with --data (lock file ${file})`,
  );
}

function attempt(file: string): ReturnType<typeof tryLock> {
  try {
    return tryLock(file);
  } catch (error) {
    throw folderError(file, error);
  }
}
