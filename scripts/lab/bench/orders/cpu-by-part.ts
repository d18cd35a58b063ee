import { readdir, readFile } from 'node:fs/promises';

/** Seconds of CPU that each process has used since it was started, by its number, and the part that it is of. */
export type CpuByProcess = ReadonlyMap<number, { readonly part: string; readonly seconds: number }>;

/** What serves no database, such as checkpoints, and connections that have ended. */
const SERVER = 'Postgres itself';

/** Ticks a second of the times in /proc: USER_HZ, 100 on every architecture that Node runs on. */
const TICKS = 100;

/**
 * Reads the CPU of processes. That of Postgres is told apart by the database that a connection serves.
 *
 * @param processes numbers of processes, by part
 * @param postgres number of the server's process
 */
export async function cpuByProcess(
  processes: Readonly<Record<string, number>>,
  postgres: number,
): Promise<CpuByProcess> {
  const cpu = new Map<number, { part: string; seconds: number }>();
  for (const [part, pid] of Object.entries(processes))
    cpu.set(pid, { part, seconds: (await timesOf(pid))?.own ?? 0 });
  for (const pid of await childrenOf(postgres)) {
    const times = await timesOf(pid);
    if (times) cpu.set(pid, { part: await databaseOf(pid), seconds: times.own });
  }
  // Last, so that none that ends meanwhile is left out.
  const server = await timesOf(postgres);
  cpu.set(postgres, { part: SERVER, seconds: (server?.own ?? 0) + (server?.ended ?? 0) });
  return cpu;
}

/** Seconds of CPU that each part has used from one look to another. */
export function cpuBetween(before: CpuByProcess, after: CpuByProcess): ReadonlyMap<string, number> {
  const parts = new Map<string, number>();
  const add = (part: string, seconds: number) => parts.set(part, (parts.get(part) ?? 0) + seconds);
  for (const [pid, { part, seconds }] of after) add(part, seconds - (before.get(pid)?.seconds ?? 0));
  // The server counts a connection that has ended with all that it ever used.
  for (const [pid, { seconds }] of before) if (!after.has(pid)) add(SERVER, -seconds);
  return parts;
}

interface Times {
  readonly parent: number;
  /** Seconds of CPU, its own threads together. */
  readonly own: number;
  /** Seconds of its children that have ended. */
  readonly ended: number;
}

/** Fields 4 and 14 to 17 of /proc/PID/stat (proc_pid_stat(5)); undefined when there is no such process. */
async function timesOf(pid: number): Promise<Times | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is a name in parentheses, which may have spaces.
  const fields = text
    ?.slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  if (!fields) return undefined;
  const [, parent = 0] = fields;
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { parent, own: (user + system) / TICKS, ended: (endedUser + endedSystem) / TICKS };
}

async function childrenOf(parent: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(pids.map(async (pid) => (await timesOf(pid))?.parent));
  return pids.filter((_, index) => parents[index] === parent);
}

/** A backend's title says whom it serves: `postgres: ROLE DATABASE HOST(PORT) STATE`. */
async function databaseOf(pid: number): Promise<string> {
  const title = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const database = /^postgres: \S+ (\S+) \S+\(\d+\)/.exec(title)?.[1];
  return database ? `Postgres for ${database}` : SERVER;
}
