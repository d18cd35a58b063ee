import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Reads the resident memory of a process and all its descendants in MiB. On Linux, shared pages count once (PSS). Elsewhere
 * they count for each process (RSS), so the sum is too high.
 */
export async function readResidentMiB(root: number): Promise<number> {
  const kibibytes = await Promise.all((await listProcessTree(root)).map(readResidentKiB));
  return kibibytes.reduce((sum, value) => sum + value, 0) / 1_024;
}

/** Finds the pid of the outermost npm process that started this one; the own pid if there is none. */
async function findNpmProcess(): Promise<number> {
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

async function listProcessTree(root: number): Promise<readonly Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,rss=']);
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid = 0, parent = 0, rss = 0]) => ({ pid, parent, rss }));
  const members = all.filter(({ pid }) => pid === root);
  // The loop appends to the array that it iterates, so it visits all descendants.
  for (const member of members) members.push(...all.filter(({ parent }) => parent === member.pid));
  return members;
}

async function readResidentKiB({ pid, rss }: Process): Promise<number> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? rss);
  } catch {
    return rss;
  }
}

/**
 * Returns the memory of this bench and of the shop that it runs, in MiB. The bench takes the place of npm start, which
 * has the same processes.
 * @param generatorPid pid of the load generator, which is not counted
 */
export async function readBenchMiB(generatorPid: number): Promise<number> {
  return (await readResidentMiB(await findNpmProcess())) - (await readResidentMiB(generatorPid));
}
