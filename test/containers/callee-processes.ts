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
  /** `host:port` of its gRPC server. */
  readonly address: string;
  /** Waits for the next log line with this message. */
  waitForLog(message: string): Promise<void>;
  /** Ends the process with SIGTERM. */
  stop(): Promise<void>;
  /** Ends the process with SIGKILL. */
  kill(): Promise<void>;
}

/** Processes of the service `notification`. */
export class CalleeProcesses {
  readonly #discovery: string;
  readonly #processes: ChildProcess[] = [];
  #folder: string | undefined;

  /** @param discovery value of the setting WEFT_DISCOVERY */
  constructor(discovery: string) {
    this.#discovery = discovery;
  }

  /** Starts a process and waits until it has registered. */
  async start(version: string): Promise<Callee> {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        WEFT_SERVICE: 'notification',
        WEFT_CONFIG: await this.#config(),
        WEFT_GRPC_LISTEN: '127.0.0.1:0',
        WEFT_VERSION: version,
        WEFT_DISCOVERY: this.#discovery,
        WEFT_REGISTRATION_TTL: '3s',
        // Long enough for callers to learn of the deregistration.
        WEFT_DRAIN: '2s',
        WEFT_LOG_LEVEL: 'debug',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#processes.push(child);
    const lines: { readonly message: string; readonly grpc?: string }[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
    const nextLine = async (message: string) => {
      const findLine = async () => lines.findIndex((line) => line.message === message) + 1 || undefined;
      const count = await until(`a callee logs '${message}'`, findLine, { lastState: () => lines.at(-1) });
      return lines.splice(0, count).at(-1);
    };
    const end = async (signal: NodeJS.Signals) => {
      const exit = child.exitCode ?? child.signalCode ?? once(child, 'exit');
      child.kill(signal);
      await exit;
    };
    const { grpc: address = '' } = (await nextLine('ready')) ?? {};
    await nextLine('registered');
    return {
      pid: String(child.pid),
      version,
      address,
      waitForLog: async (message) => void (await nextLine(message)),
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
