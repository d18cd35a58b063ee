import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { stateOf } from '../process/lock.mjs';

const POLL_INTERVAL_MS = 50;

/**
 * Cleans up after a killed run. Stops its Postgres server in `folder` if it is still running. Repairs a postmaster.pid
 * whose process id another program has reused, because Postgres would mistake that program for a running server. The
 * caller must hold the lock of the folder and start the next server itself.
 *
 * @param onOrphan receives the process id of a server before it is stopped
 * @param stopTimeoutMs timeout of a fast shutdown. An immediate shutdown follows, after which the next start recovers
 *   from the log. @default 10000
 */
export async function cleanUpOrphan(
  folder: string,
  onOrphan: (pid: number) => void,
  stopTimeoutMs = 10_000,
): Promise<void> {
  const file = join(folder, 'postmaster.pid');
  const text = await readIfExists(file);
  if (text === undefined) return;
  const pid = Number.parseInt(text, 10);
  // A full disk leaves an empty file, with which Postgres does not start.
  if (!(pid > 0)) await rm(file, { force: true });
  else if (await isServer(pid, folder)) {
    onOrphan(pid);
    await stopServer(pid, stopTimeoutMs);
  } else if (isRunning(pid)) {
    // Postgres ignores the id of its parent process, but still checks for users of the shared memory named in the file.
    await writeFile(file, text.replace(String(pid), String(process.pid)));
  }
}

async function stopServer(pid: number, stopTimeoutMs: number): Promise<void> {
  // A stopped process would not handle SIGINT.
  send(pid, 'SIGCONT');
  send(pid, 'SIGINT');
  const end = performance.now() + stopTimeoutMs;
  let isForced = false;
  while (isRunning(pid)) {
    if (!isForced && performance.now() > end) {
      isForced = true;
      send(pid, 'SIGQUIT');
    }
    await delay(POLL_INTERVAL_MS);
  }
}

async function readIfExists(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isServer(pid: number, folder: string): Promise<boolean> {
  if (!isRunning(pid)) return false;
  if (process.platform === 'linux') {
    const [program, cwd] = await Promise.all(
      ['exe', 'cwd'].map((link) => readlink(`/proc/${pid}/${link}`).catch(() => '')),
    );
    // The working directory of a server is its data folder.
    return basename(program ?? '') === 'postgres' && cwd === (await realpath(folder));
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes('/bin/postgres ') && stdout.includes(folder);
}

function isRunning(pid: number): boolean {
  const state = stateOf(pid);
  return state !== undefined && !state.isZombie;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has exited.
  }
}
