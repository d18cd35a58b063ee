import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Memory in MiB that a process and all its descendants keep. On Linux a page that several share counts once (PSS);
 * elsewhere it counts for each (RSS), so that the sum is too high.
 */
export async function residentMiB(root: number): Promise<number> {
  const kibibytes = await Promise.all((await family(root)).map(residentKiB));
  return kibibytes.reduce((sum, one) => sum + one, 0) / 1_024;
}

/** The outermost process that was started for this one: npm, when it runs a verb. */
export async function npmProcess(): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,args=']);
  const lines = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
  let root = process.pid;
  for (;;) {
    const parent = Number(lines.find((line) => Number(line?.[1]) === root)?.[2] ?? 0);
    const command = lines.find((line) => Number(line?.[1]) === parent)?.[3] ?? '';
    if (!/^npm |scripts\/run\.mjs|\/npm(-cli\.js)? /.test(command)) return root;
    root = parent;
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly rss: number;
}

async function family(root: number): Promise<readonly Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,rss=']);
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid = 0, parent = 0, rss = 0]) => ({ pid, parent, rss }));
  const members = all.filter(({ pid }) => pid === root);
  // Grows while it is walked: the children of each member follow it.
  for (const member of members) members.push(...all.filter(({ parent }) => parent === member.pid));
  return members;
}

async function residentKiB({ pid, rss }: Process): Promise<number> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? rss);
  } catch {
    return rss;
  }
}
