import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { folderError } from '../process/folder-error.ts';

/** Releases the lock. */
export type Release = () => Promise<void>;

/**
 * Takes the lock that keeps two runs from sharing a folder. The lock of a process that is gone is
 * taken over.
 *
 * @throws Error that names the process which holds it, or says why the file cannot be written
 */
export async function takeLock(file: string): Promise<Release> {
  const owner = `${process.pid} ${await startOf(process.pid)}`;
  const own = `${file}.${process.pid}`;
  try {
    await writeFile(own, owner);
  } catch (error) {
    throw folderError(file, error);
  }
  try {
    while (!(await claim(own, file))) await removeStale(file);
  } finally {
    await rm(own, { force: true });
  }
  return () => rm(file, { force: true });
}

/** A link is made whole or not at all, and never over an existing file. */
async function claim(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

async function removeStale(file: string): Promise<void> {
  const found = await readFile(file, 'utf8').catch(() => '');
  const [pid = '', start = ''] = found.split(' ');
  if (await holds(Number(pid), start)) {
    throw new Error(
      `process ${pid} runs here already: stop it first, or give another folder with --data (the lock is ${file})`,
    );
  }
  // Another may have taken the lock over since it was read: what we moved away then goes back.
  const moved = `${file}.stale.${process.pid}`;
  try {
    await rename(file, moved);
  } catch {
    return;
  }
  if ((await readFile(moved, 'utf8')) !== found) await link(moved, file).catch(() => {});
  await rm(moved, { force: true });
}

async function holds(pid: number, start: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return start === (await startOf(pid));
}

/** When a process started, so that another one with its number is not taken for it; empty where there is no /proc. */
async function startOf(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Field 22 of proc_pid_stat(5); the second, in parentheses, may hold spaces.
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
