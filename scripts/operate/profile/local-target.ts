import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findInspectorUrl } from './inspector-url.ts';
import type { ProfileTarget } from './profile-target.ts';

/** Time in which only a port that the process has just opened can be its inspector, in milliseconds. */
const NEW_PORT_MS = 1_000;

/**
 * Opens the inspector of a service of `npm start`.
 *
 * @param data data folder of the run
 * @throws Error if the shop or the service does not run, or the process does not open its inspector; the reason of `signal`
 */
export async function openLocalTarget(
  service: string,
  data: string,
  signal: AbortSignal,
): Promise<ProfileTarget> {
  if (process.platform !== 'linux')
    throw new Error(
      `local processes are found in /proc, which ${process.platform} does not have; use --env kind`,
    );
  const [pid, ...others] = await findProcesses(await readRunner(data), service);
  const replicas = others.length > 0 ? `, one of ${others.length + 1}` : '';
  const name = `${service}, process ${pid}${replicas}`;
  const portsBefore = new Set(await listListeningPorts(pid));
  await sendSignal(name, pid);
  const start = performance.now();
  // An inspector that is already open has no new port. Other ports come later, as a service logs foreign requests.
  const listPorts = async () => {
    const ports = await listListeningPorts(pid);
    if ((await readStatus(pid, 'State')) === undefined)
      throw new Error(`${name} has exited; see the output of npm start`);
    const isEarly = performance.now() - start < NEW_PORT_MS;
    const opened = ports.filter((port) => !portsBefore.has(port));
    return opened.length > 0 || isEarly ? opened : ports;
  };
  const inspectorUrl = await findInspectorUrl(name, listPorts, signal);
  return { name, inspectorUrl, close: async () => {} };
}

/** Returns the process id of the run, which is in its lock file. */
async function readRunner(data: string): Promise<number> {
  const owner = await readFile(join(data, 'lock'), 'utf8').catch(() => '');
  const pid = Number(owner.split(' ')[0]);
  if (pid > 0 && (await commandOf(pid)).length > 0) return pid;
  throw new Error(`no shop runs with the data folder ${data}; start it with npm start, or pass --data`);
}

/** Returns the descendants of the run that execute the main module of a service. @throws Error if there is none */
async function findProcesses(runner: number, service: string): Promise<readonly [number, ...number[]]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const running = await Promise.all(
    pids.map(async (pid) => {
      const name = serviceOf(await commandOf(pid));
      return name !== undefined && (await isDescendant(pid, runner)) ? [{ name, pid }] : [];
    }),
  );
  const [first, ...others] = running.flat().filter(({ name }) => name === service);
  if (first) return [first.pid, ...others.map(({ pid }) => pid)];
  const services = [...new Set(running.flat().map(({ name }) => name))].toSorted().join(', ');
  throw new Error(
    `the shop runs no process of '${service}'; use one of ${services || 'none, as it is starting'}`,
  );
}

/** Returns the service of a Node.js command. The shell that ties a service to its run has the same arguments. */
function serviceOf([program = '', ...words]: readonly string[]): string | undefined {
  if (!basename(program).startsWith('node')) return undefined;
  return words.map((word) => /^services\/([^/]+)\/main\.ts$/.exec(word)?.[1]).find(Boolean);
}

async function commandOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.split('\0').filter((word) => word !== '');
}

async function isDescendant(pid: number, ancestor: number): Promise<boolean> {
  if (pid === ancestor) return true;
  if (pid <= 1) return false;
  return isDescendant(Number((await readStatus(pid, 'PPid')) ?? 0), ancestor);
}

/** Bit of SIGUSR1, signal 10, in the masks of /proc/PID/status. */
const SIGUSR1_BIT = 1n << 9n;

/** Makes a process open its inspector on a free port of 127.0.0.1 (mesh/run/service-process.ts). */
async function sendSignal(name: string, pid: number): Promise<void> {
  const caught = BigInt(`0x${(await readStatus(pid, 'SigCgt')) ?? '0'}`);
  // By default, SIGUSR1 kills a process.
  if ((caught & SIGUSR1_BIT) === 0n)
    throw new Error(`${name} does not handle SIGUSR1: it is starting, or runs with --disable-sigusr1`);
  try {
    process.kill(pid, 'SIGUSR1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    throw new Error(`${name} belongs to another user; run the command as that user`, { cause: error });
  }
}

/** Returns a field of /proc/PID/status, see proc_pid_status(5); undefined if the process has exited. */
async function readStatus(pid: number, field: string): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return new RegExp(`^${field}:\\s*(\\S+)`, 'm').exec(status)?.[1];
}

/** State of a listening socket in /proc/net/tcp, see proc_net(5). */
const LISTENING = '0A';

/** Returns the ports on which a process listens; none if it has exited. */
async function listListeningPorts(pid: number): Promise<readonly number[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => '')));
  const own = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const table = await readFile(`/proc/${pid}/net/tcp`, 'utf8').catch(() => '');
  const [, ...rows] = table.trimEnd().split('\n');
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
    return state === LISTENING && own.has(inode) ? [Number.parseInt(local.split(':')[1] ?? '', 16)] : [];
  });
}
