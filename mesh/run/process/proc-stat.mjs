// Plain JavaScript, because scripts/run.mjs needs it before TypeScript can run.
import { readFileSync } from 'node:fs';

/**
 * Returns the fields of `/proc/<pid>/stat` from the third on: process state, parent process id, and so on.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 * @param {number} pid
 * @returns {readonly string[]}
 * @throws the file system error if there is no such process or no /proc
 */
export function procStat(pid) {
  const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the command name in parentheses, which may contain spaces and parentheses.
  return status.slice(status.lastIndexOf(')') + 2).split(' ');
}
