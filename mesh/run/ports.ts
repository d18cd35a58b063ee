import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { z } from 'zod';
import { describeListenError } from './process/listen-error.ts';
import { tryParseJson } from './process/read-json.ts';

/** Below the ports that Linux (from 32768) and macOS (from 49152) give to outgoing connections. */
const LOWEST = 10_000;
const BLOCK = 32;
const BLOCKS = 700;
const HIGHEST = 65_535;
const HOST = '127.0.0.1';

/** Ports on the loopback interface, each with a name under which it is found again at the next start. */
export interface Ports {
  /**
   * The port of that name: the one of the last run where it is still free.
   * @param wanted this one and no other
   * @throws Error that says why `wanted` cannot be had, or that no port can be opened at all
   */
  assign(name: string, wanted?: number): Promise<number>;
  save(): Promise<void>;
}

export async function loadPorts(file: string): Promise<Ports> {
  const kept = new Map(Object.entries(await readKept(file)));
  const chosen = new Map<string, number>();
  // Two runs that start at once have ids close to each other, and so different blocks.
  let next = LOWEST + (process.pid % BLOCKS) * BLOCK;
  /** The code of the error; undefined when the port is free. */
  const problemOf = async (port: number) =>
    [...chosen.values()].includes(port) ? 'EADDRINUSE' : problemOfListening(port);
  const refuse = (port: number, code: string) => {
    throw new Error(describeListenError(HOST, port, code, '--port'));
  };
  return {
    async assign(name, wanted) {
      const preferred = wanted ?? kept.get(name);
      const problem = preferred === undefined ? undefined : await problemOf(preferred);
      if (wanted !== undefined && problem) refuse(wanted, problem);
      let port = problem ? undefined : preferred;
      while (port === undefined) {
        const code = await problemOf(next);
        if (!code) port = next;
        // Another port would fail in the same way.
        else if (code !== 'EADDRINUSE' && code !== 'EACCES') refuse(next, code);
        else if (next === HIGHEST) refuse(next, code);
        next++;
      }
      chosen.set(name, port);
      return port;
    },
    async save() {
      await writeFile(file, `${JSON.stringify(Object.fromEntries(chosen), undefined, 2)}\n`);
    },
  };
}

const KEPT = z.record(z.string(), z.int().min(1).max(65_535));

/** Without a file, or with one that a full disk cut off, new ports are chosen. */
async function readKept(file: string): Promise<Readonly<Record<string, number>>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return KEPT.safeParse(tryParseJson(text)).data ?? {};
}

function problemOfListening(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ port, host: HOST, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
}
