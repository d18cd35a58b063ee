import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { findInspectorUrl } from './inspector-url.ts';
import type { ProfileTarget } from './profile-target.ts';

/**
 * Opens the inspector of a service of `npm start`.
 *
 * @param data data folder of the run
 * @throws Error if the shop or the service does not run, or the machine has no /proc
 */
export async function openLocalTarget(service: string, data: string): Promise<ProfileTarget> {
  const runner = await readRunner(data);
  const pid = await findProcess(runner, service);
  // Node.js opens the inspector on a free port of 127.0.0.1 (mesh/run/service-process.ts).
  process.kill(pid, 'SIGUSR1');
  const name = `${service}, process ${pid}`;
  const inspectorUrl = await findInspectorUrl(name, () => listListeningPorts(pid));
  return { name, inspectorUrl, close: async () => {} };
}

/** Returns the process id of the run, which is in its lock file. */
async function readRunner(data: string): Promise<number> {
  const owner = await readFile(join(data, 'lock'), 'utf8').catch(() => '');
  const pid = Number(owner.split(' ')[0]);
  if (pid > 0 && (await commandOf(pid)).length > 0) return pid;
  throw new Error(`no shop runs with the data folder ${data}; start it with npm start, or pass --data`);
}

/** Returns the descendant of the run that executes the main module of a service. */
async function findProcess(runner: number, service: string): Promise<number> {
  const script = `services/${service}/main.ts`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids) {
    if ((await commandOf(pid)).includes(script) && (await isDescendant(pid, runner))) return pid;
  }
  throw new Error(`the shop runs no process of ${service}; look at the output of npm start`);
}

async function commandOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.split('\0').filter((word) => word !== '');
}

async function isDescendant(pid: number, ancestor: number): Promise<boolean> {
  if (pid === ancestor) return true;
  if (pid <= 1) return false;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return isDescendant(Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? 0), ancestor);
}

/** State of a listening socket in /proc/net/tcp, see proc_net(5). */
const LISTENING = '0A';

/** Returns the ports on which a process listens. */
async function listListeningPorts(pid: number): Promise<readonly number[]> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all(
    (await readdir(folder)).map((name) => readlink(join(folder, name)).catch(() => '')),
  );
  const own = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const [, ...rows] = (await readFile(`/proc/${pid}/net/tcp`, 'utf8')).trimEnd().split('\n');
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
    return state === LISTENING && own.has(inode) ? [Number.parseInt(local.split(':')[1] ?? '', 16)] : [];
  });
}
