// Plain JavaScript: scripts/run.mjs takes a lock before TypeScript can run.
import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { procStat } from './proc-stat.mjs';

/** Errors of file systems that have no hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/**
 * Takes a lock file, which holds the id and the start time of the process that owns it. The lock of a process
 * that has ended is taken over, also when its id belongs to another process by now.
 *
 * @param {string} file
 * @returns {{ readonly release: () => void } | { readonly holder: number }} the id of the process that holds it
 * @throws the error of the file system when the lock cannot be read or written
 */
export function tryLock(file) {
  const own = `${file}.${process.pid}`;
  const owner = `${process.pid} ${stateOf(process.pid)?.start ?? ''}`;
  writeFileSync(own, owner, { mode: 0o644 });
  try {
    for (;;) {
      if (claim(own, owner, file)) return { release: () => release(file, owner) };
      const found = ownerIn(file);
      const [pid = '', ...start] = found.split(' ');
      if (isAlive(Number(pid), start.join(' '))) return { holder: Number(pid) };
      removeStale(file, found);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** A hard link appears with its content and never replaces a file; creating a file and writing it are two steps. */
function claim(own, owner, file) {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    if (!NO_LINKS.includes(error.code)) throw error;
  }
  try {
    writeFileSync(file, owner, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock, unless another process owns it by now. */
function release(file, owner) {
  if (ownerIn(file) === owner) rmSync(file, { force: true });
}

function removeStale(file, found) {
  const moved = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, moved);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  // Another process may have taken the lock over since it was read: its lock goes back.
  if (ownerIn(moved) !== found) claim(moved, ownerIn(moved), file);
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
    // EPERM: the process is there and belongs to another user.
    if (error.code === 'ESRCH') return false;
  }
  const state = stateOf(pid);
  // Processes of other users may be hidden (proc(5), hidepid).
  if (!state) return true;
  return !state.isZombie && state.start === start;
}

/**
 * When a process started, and whether it has ended without its parent having taken note.
 * @param {number} pid
 * @returns {{ readonly start: string, readonly isZombie: boolean } | undefined} undefined when nothing is known of it
 */
export function stateOf(pid) {
  return process.platform === 'linux' ? stateInProc(pid) : stateByPs(pid);
}

function stateInProc(pid) {
  try {
    const fields = procStat(pid);
    // Field 22, the start, counts from boot.
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
