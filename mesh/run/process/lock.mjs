// Plain JavaScript, because scripts/run.mjs acquires a lock before TypeScript can run.
import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { procStat } from './proc-stat.mjs';

/** Error codes of file systems without hard links. */
const NO_LINK_CODES = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * Acquires a lock file, which contains the process id and start time of its owner. Takes over the lock of a process that
 * has exited. The start time detects that another process reuses its id.
 *
 * @param {string} file
 * @returns {{ readonly release: () => void } | { readonly holder: number }} a function that releases the lock, or the id
 *   of the process that holds it
 * @throws the file system error if the lock cannot be read or written
 */
export function tryLock(file) {
  const own = `${file}.${process.pid}`;
  const owner = `${process.pid} ${stateOf(process.pid)?.start ?? ''}`;
  writeFileSync(own, owner, { mode: 0o644 });
  try {
    for (;;) {
      if (claim(own, owner, file)) return { release: () => release(file, owner) };
      const currentOwner = ownerIn(file);
      const [pid = '', ...start] = currentOwner.split(' ');
      if (isAlive(Number(pid), start.join(' '))) return { holder: Number(pid) };
      removeStale(file, currentOwner);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Creates the lock file if there is none. A hard link is atomic: the file appears with its contents. Without hard links,
 * another process may read the file between its creation and the write.
 */
function claim(own, owner, file) {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    if (!NO_LINK_CODES.includes(error.code)) throw error;
  }
  try {
    writeFileSync(file, owner, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock, unless another process has taken it over. */
function release(file, owner) {
  if (ownerIn(file) === owner) rmSync(file, { force: true });
}

/** Removes the lock of a process that has exited. Renames it first, so that only one of several processes removes it. */
function removeStale(file, staleOwner) {
  const moved = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, moved);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  // Another process may have taken over the lock between the read and the rename. Restore that lock, or two processes
  // would hold it.
  if (ownerIn(moved) !== staleOwner) claim(moved, ownerIn(moved), file);
  rmSync(moved, { force: true });
}

function ownerIn(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

function isAlive(pid, start) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM means that the process exists and belongs to another user.
    if (error.code === 'ESRCH') return false;
  }
  const state = stateOf(pid);
  // The hidepid option of procfs hides processes of other users, see proc(5).
  if (!state) return true;
  return !state.isZombie && state.start === start;
}

/**
 * Returns when a process started and whether it is a zombie.
 *
 * @param {number} pid
 * @returns {{ readonly start: string, readonly isZombie: boolean } | undefined} undefined if the process is not visible
 */
export function stateOf(pid) {
  return process.platform === 'linux' ? stateInProc(pid) : stateByPs(pid);
}

function stateInProc(pid) {
  try {
    const fields = procStat(pid);
    // Field 22 is the start time in clock ticks since boot, so the boot id makes it unique.
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { start: `${fields[19]}@${boot}`, isZombie: 'ZX'.includes(fields[0] ?? '') };
  } catch {
    return undefined;
  }
}

function stateByPs(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [stat = '', ...start] = line.split(/\s+/);
    return { start: start.join(' '), isZombie: stat.startsWith('Z') };
  } catch {
    return undefined;
  }
}
