import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { z } from 'zod';
import { describeListenError } from './process/listen-error.ts';
import { tryParseJson } from './process/read-json.ts';

/** Lowest port. Linux (from 32768) and macOS (from 49152) assign higher ports to outgoing connections. */
const MIN_PORT = 10_000;
const MAX_PORT = 65_535;
/**
 * Ports per block. A run searches for free ports from a block that depends on its process id, so that concurrent runs
 * do not collide.
 */
const BLOCK_SIZE = 32;
const BLOCK_COUNT = 700;
const HOST = '127.0.0.1';

/** Ports on the loopback interface by name. Names keep their port across runs. */
export interface Ports {
  /**
   * Assigns a port to a name: `requiredPort` if given, else the port of the last run if it is free, else a free one.
   *
   * @throws Error if `requiredPort` cannot be opened, or if no port can be opened
   */
  assign(name: string, requiredPort?: number): Promise<number>;
  /** Writes the assigned ports to the file. */
  save(): Promise<void>;
}

/** Reads the ports of the last run from a file. */
export async function loadPorts(file: string): Promise<Ports> {
  const savedPorts = new Map(Object.entries(await readPorts(file)));
  const assignedPorts = new Map<string, number>();
  // Runs that start simultaneously have adjacent process ids, and thus search in different blocks.
  let next = MIN_PORT + (process.pid % BLOCK_COUNT) * BLOCK_SIZE;
  /** Returns the error code of opening a port; undefined if the port is free. */
  const errorCodeOf = async (port: number) =>
    [...assignedPorts.values()].includes(port) ? 'EADDRINUSE' : tryListen(port);
  const fail = (port: number, code: string) => {
    throw new Error(describeListenError(HOST, port, code, '--port'));
  };
  return {
    async assign(name, requiredPort) {
      const preferredPort = requiredPort ?? savedPorts.get(name);
      const errorCode = preferredPort === undefined ? undefined : await errorCodeOf(preferredPort);
      if (requiredPort !== undefined && errorCode) fail(requiredPort, errorCode);
      let port = errorCode ? undefined : preferredPort;
      while (port === undefined) {
        const code = await errorCodeOf(next);
        if (!code) port = next;
        // Any other error would affect all ports.
        else if (code !== 'EADDRINUSE' && code !== 'EACCES') fail(next, code);
        else if (next === MAX_PORT) fail(next, code);
        next++;
      }
      assignedPorts.set(name, port);
      return port;
    },
    async save() {
      await writeFile(file, `${JSON.stringify(Object.fromEntries(assignedPorts), undefined, 2)}\n`);
    },
  };
}

const PORTS_FILE = z.record(z.string(), z.int().min(1).max(65_535));

/** Returns no ports if the file is missing, or was truncated by a full disk. */
async function readPorts(file: string): Promise<Readonly<Record<string, number>>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return PORTS_FILE.safeParse(tryParseJson(text)).data ?? {};
}

function tryListen(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ port, host: HOST, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
}
