import { readdir, readFile } from 'node:fs/promises';

/** Seconds of CPU that each process has used since its start, and the part that it belongs to, by pid. */
export type CpuByProcess = ReadonlyMap<number, { readonly part: string; readonly seconds: number }>;

/** Part of Postgres processes that serve no database, such as the checkpointer, and of closed connections. */
const SERVER = 'Postgres itself';

/** Clock ticks per second in /proc: USER_HZ, which is 100 on every architecture that Node supports. */
const TICKS_PER_SECOND = 100;

/**
 * Reads the CPU times of processes. Backends of Postgres are attributed to the database that they serve.
 *
 * @param processes pids by part
 * @param postgres pid of the Postgres server
 */
export async function readCpuByProcess(
  processes: Readonly<Record<string, number>>,
  postgres: number,
): Promise<CpuByProcess> {
  const cpu = new Map<number, { part: string; seconds: number }>();
  for (const [part, pid] of Object.entries(processes))
    cpu.set(pid, { part, seconds: (await readTimes(pid))?.own ?? 0 });
  for (const pid of await listChildren(postgres)) {
    const times = await readTimes(pid);
    if (times) cpu.set(pid, { part: await readPart(pid), seconds: times.own });
  }
  // Read last, because it includes the time of backends that end meanwhile.
  const server = await readTimes(postgres);
  cpu.set(postgres, { part: SERVER, seconds: (server?.own ?? 0) + (server?.ended ?? 0) });
  return cpu;
}

/** Returns the seconds of CPU that each part used between two readings. */
export function subtractCpu(before: CpuByProcess, after: CpuByProcess): ReadonlyMap<string, number> {
  const parts = new Map<string, number>();
  const add = (part: string, seconds: number) => parts.set(part, (parts.get(part) ?? 0) + seconds);
  for (const [pid, { part, seconds }] of after) add(part, seconds - (before.get(pid)?.seconds ?? 0));
  // The server's time includes all that an ended backend ever used, also before the first reading.
  for (const [pid, { seconds }] of before) if (!after.has(pid)) add(SERVER, -seconds);
  return parts;
}

interface Times {
  readonly parent: number;
  /** Seconds of CPU of all its threads. */
  readonly own: number;
  /** Seconds of CPU of its children that have ended. */
  readonly ended: number;
}

/** Reads fields 4 and 14 to 17 of /proc/PID/stat (proc_pid_stat(5)); undefined if the process does not exist. */
async function readTimes(pid: number): Promise<Times | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the process name in parentheses, which may contain spaces.
  const fields = text
    ?.slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  if (!fields) return undefined;
  const [, parent = 0] = fields;
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return {
    parent,
    own: (user + system) / TICKS_PER_SECOND,
    ended: (endedUser + endedSystem) / TICKS_PER_SECOND,
  };
}

async function listChildren(parent: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(pids.map(async (pid) => (await readTimes(pid))?.parent));
  return pids.filter((_, index) => parents[index] === parent);
}

/** Reads the database of a backend from its title: `postgres: ROLE DATABASE HOST(PORT) STATE`. */
async function readPart(pid: number): Promise<string> {
  const title = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const database = /^postgres: \S+ (\S+) \S+\(\d+\)/.exec(title)?.[1];
  return database ? `Postgres for ${database}` : SERVER;
}
