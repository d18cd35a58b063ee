import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A shop started by `npm start -- --json` with a temporary data folder. */
export interface RunningShop {
  readonly gateway: string;
  readonly admin: { readonly email: string; readonly password: string };
  /** Folder of its data, secrets and manifests. */
  readonly data: string;
  /** Returns its log so far. */
  log(): string;
  /** Resolves with the first log line that matches, including future lines. */
  logged(pattern: RegExp): Promise<string>;
  /** Stops the process. Resolves with its exit code, even if it has exited already. */
  stop(): Promise<number>;
}

/** Starts the shop of the checkout in `folder` and waits until it is ready. */
export async function startShop(folder = process.cwd()): Promise<RunningShop> {
  const data = await mkdtemp(join(tmpdir(), 'weft-shop-'));
  const child = spawn('node', ['scripts/start.ts', '--json', '--data', data], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' },
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const logged = async (pattern: RegExp) => {
    for (;;) {
      const line = log.split('\n').find((text) => pattern.test(text));
      if (line) return line;
      await once(child.stderr, 'data');
    }
  };
  const exited = once(child, 'exit');
  const ready = await Promise.race([firstLine(child), exited.then(() => undefined)]);
  if (ready === undefined) throw new Error(`the shop did not start:\n${log}`);
  const { gateway, admin } = JSON.parse(ready);
  return {
    gateway,
    admin,
    data,
    log: () => log,
    logged,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      await rm(data, { recursive: true, force: true });
      return code;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (!child.stdout) return undefined;
  for await (const line of createInterface(child.stdout)) return line;
  return undefined;
}
