import { folderError } from './process/folder-error.ts';
import { tryLock } from './process/lock.mjs';

/**
 * Takes the lock that keeps two runs from sharing a folder.
 *
 * @returns a function that releases the lock
 * @throws Error that names the process which holds it, or says why the file cannot be written
 */
export function takeLock(file: string): () => void {
  const lock = attempt(file);
  if ('release' in lock) return lock.release;
  throw new Error(
    `process ${lock.holder} runs here already: stop it first, or give another folder with --data (the lock is ${file})`,
  );
}

function attempt(file: string): ReturnType<typeof tryLock> {
  try {
    return tryLock(file);
  } catch (error) {
    throw folderError(file, error);
  }
}
