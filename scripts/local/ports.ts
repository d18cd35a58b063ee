import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Below the ports that Linux (from 32768) and macOS (from 49152) give to outgoing connections. */
const LOWEST = 10_000;
const BLOCK = 32;
const BLOCKS = 700;

/** Ports on the loopback interface, each with a name under which it is found again at the next start. */
export interface Ports {
  /**
   * The port of that name: the one of the last run where it is still free.
   * @param wanted this one and no other
   * @throws Error when `wanted` is in use
   */
  choose(name: string, wanted?: number): Promise<number>;
  save(): Promise<void>;
}

export async function openPorts(file: string): Promise<Ports> {
  const kept = new Map(Object.entries(await readKept(file)));
  const chosen = new Map<string, number>();
  // Two runs that start at once have ids close to each other, and so different blocks.
  let next = LOWEST + (process.pid % BLOCKS) * BLOCK;
  const take = async (port: number) => {
    if ([...chosen.values()].includes(port)) return false;
    return isFree(port);
  };
  return {
    async choose(name, wanted) {
      if (wanted !== undefined && !(await take(wanted))) {
        throw new Error(`port ${wanted} is in use: stop the other program, or give another --port`);
      }
      let port = wanted ?? kept.get(name);
      while (port === undefined || (port !== wanted && !(await take(port)))) port = next++;
      chosen.set(name, port);
      return port;
    },
    async save() {
      await writeFile(file, `${JSON.stringify(Object.fromEntries(chosen), undefined, 2)}\n`);
    },
  };
}

async function readKept(file: string): Promise<Readonly<Record<string, number>>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, number>;
  } catch {
    // None yet, or cut off by a full disk: then new ones are chosen.
    return {};
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
