import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A service whose event loop never waits. It allocates arrays of 1,000 elements, and keeps one of 100. */
export const BUSY = `
  const retained = [];
  const fibonacci = (n) => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
  let calls = 0;
  function burn() {
    fibonacci(24);
    const array = new Array(1_000).fill(calls);
    if (calls++ % 100 === 0) retained.push(array);
    setImmediate(burn);
  }
  burn();
  console.log('started');`;

/** A service without requests, not even to its health check. */
export const IDLE = `
  setInterval(() => {}, 2 ** 30);
  console.log('started');`;

/** Services that run as those of `npm start`, with this process as the run. */
export class LocalServices {
  readonly #processes: ChildProcess[] = [];
  /** The data folder of the run. */
  readonly data: string;

  private constructor(data: string) {
    this.data = data;
  }

  static async create(): Promise<LocalServices> {
    const data = await mkdtemp(join(tmpdir(), 'weft-profile-'));
    await writeFile(join(data, 'lock'), `${process.pid} 0`);
    return new LocalServices(data);
  }

  /** Starts a service, and returns its process. */
  async start(name: string, source: string, options: readonly string[] = []): Promise<ChildProcess> {
    const script = `services/${name}/main.ts`;
    await mkdir(join(this.data, `services/${name}`), { recursive: true });
    await writeFile(join(this.data, script), source);
    const child = spawn(process.execPath, ['--inspect-port=127.0.0.1:0', ...options, script], {
      cwd: this.data,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#processes.push(child);
    if (child.stdout) await once(child.stdout, 'data');
    return child;
  }

  async stop(): Promise<void> {
    for (const child of this.#processes) child.kill('SIGKILL');
    await rm(this.data, { recursive: true });
  }
}
