// Plain JavaScript: scripts/run.mjs needs it before TypeScript can run.
import { readFileSync } from 'node:fs';

/**
 * Returns the fields of `/proc/<pid>/stat` from the third on, the state of the process; its parent is the next one.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 * @param {number} pid
 * @returns {readonly string[]}
 * @throws the error of the file system, also where there is no /proc
 */
export function procStat(pid) {
  const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name in parentheses, which may hold spaces.
  return status.slice(status.lastIndexOf(')') + 2).split(' ');
}
