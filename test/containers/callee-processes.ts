import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from '../until.ts';

const MAIN = fileURLToPath(new URL('registered-callee.ts', import.meta.url));

export interface Callee {
  readonly pid: string;
  readonly version: string;
  /** `host:port` that it serves on. */
  readonly address: string;
  /** Waits until its log has a line with this message behind those that were read before. */
  said(message: string): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

/** Processes of the service `notification`, and a caller's view of them. */
export class CalleeProcesses {
  readonly #discovery: string;
  readonly #processes: ChildProcess[] = [];
  #folder: string | undefined;

  /** @param discovery the setting WEFT_DISCOVERY */
  constructor(discovery: string) {
    this.#discovery = discovery;
  }

  /** Starts one, which registers; resolves when it has. */
  async start(version: string): Promise<Callee> {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        WEFT_SERVICE: 'notification',
        WEFT_CONFIG: await this.#config(),
        WEFT_GRPC_LISTEN: '127.0.0.1:0',
        WEFT_VERSION: version,
        WEFT_DISCOVERY: this.#discovery,
        WEFT_REGISTRATION_TTL: '3s',
        // Callers hear meanwhile that it goes.
        WEFT_DRAIN: '2s',
        WEFT_LOG_LEVEL: 'debug',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#processes.push(child);
    const lines: { readonly message: string; readonly grpc?: string }[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
    const next = async (message: string) => {
      const look = async () => lines.findIndex((line) => line.message === message) + 1 || undefined;
      const count = await until(`a callee says '${message}'`, look, { seen: () => lines.at(-1) });
      return lines.splice(0, count).at(-1);
    };
    const end = async (signal: NodeJS.Signals) => {
      const ended = child.exitCode ?? child.signalCode ?? once(child, 'exit');
      child.kill(signal);
      await ended;
    };
    const { grpc: address = '' } = (await next('ready')) ?? {};
    await next('registered');
    return {
      pid: String(child.pid),
      version,
      address,
      said: async (message) => void (await next(message)),
      stop: () => end('SIGTERM'),
      kill: () => end('SIGKILL'),
    };
  }

  async close(): Promise<void> {
    for (const child of this.#processes) child.kill('SIGKILL');
    if (this.#folder) await rm(this.#folder, { recursive: true });
  }

  async #config(): Promise<string> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'weft-callee-'));
    const path = join(this.#folder, 'app.json');
    await writeFile(path, JSON.stringify({ service: 'notification', calls: {}, callers: {} }));
    return path;
  }
}
