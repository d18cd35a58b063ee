import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { stateOf } from '../process/lock.mjs';

const POLL_INTERVAL_MS = 50;

/**
 * Clears what a killed run has left of its Postgres in `folder`. Stops the server if it still runs. Rewrites a
 * postmaster.pid whose process id belongs to another program by now, since Postgres would take that program for a server.
 * The caller must hold the lock of the folder, and start the next server itself.
 *
 * @param onLeftover receives the process id of a server that is stopped
 * @param patienceMs how long the server may take to stop before it is ended at once; the next start recovers from its log
 */
export async function cleanUpOrphan(
  folder: string,
  onLeftover: (pid: number) => void,
  patienceMs = 10_000,
): Promise<void> {
  const file = join(folder, 'postmaster.pid');
  const text = await readIfThere(file);
  if (text === undefined) return;
  const pid = Number.parseInt(text, 10);
  // A full disk leaves an empty file, which Postgres refuses.
  if (!(pid > 0)) await rm(file, { force: true });
  else if (await isServer(pid, folder)) {
    onLeftover(pid);
    await stopServer(pid, patienceMs);
  } else if (isRunning(pid)) {
    // Postgres passes over the id of its parent, and still looks for processes that use the shared memory named below it.
    await writeFile(file, text.replace(String(pid), String(process.pid)));
  }
}

async function stopServer(pid: number, patienceMs: number): Promise<void> {
  // It may have been frozen.
  send(pid, 'SIGCONT');
  send(pid, 'SIGINT');
  const end = performance.now() + patienceMs;
  let isForced = false;
  while (isRunning(pid)) {
    if (!isForced && performance.now() > end) {
      isForced = true;
      send(pid, 'SIGQUIT');
    }
    await delay(POLL_INTERVAL_MS);
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
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
    // A server works in its data folder.
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
    // It has ended by itself.
  }
}
