import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { DashboardAddress } from '../../scripts/operate/telemetry/find-dashboard.ts';
import { onTestFailure } from '../failure-hooks.ts';
import { saveTelemetry } from './save-telemetry.ts';

/** A shop started by `npm start -- --json` with a temporary data folder. */
export interface RunningShop {
  readonly gateway: string;
  /** Address of the storefront. */
  readonly storefront: string;
  readonly admin: { readonly email: string; readonly password: string };
  readonly dashboard: DashboardAddress;
  /** Folder of its data, secrets and manifests. */
  readonly data: string;
  /** Returns its log so far. */
  log(): string;
  /** Resolves with the first log line that matches, including future lines. */
  logged(pattern: RegExp): Promise<string>;
  /** Stops the process. Resolves with its exit code, even if it has exited already. */
  stop(): Promise<number>;
}

/**
 * Starts the shop of the checkout in `folder` and waits until it is ready. If a test fails while it runs, its telemetry
 * is saved in `test-results/`.
 */
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
  const { gateway, shop: storefront, admin, dashboard: url, dashboardToken: token } = JSON.parse(ready);
  const dashboard = { url, token };
  const forget = onTestFailure(async (title) => {
    const outcome = await saveTelemetry(dashboard, title).then(
      (file) => `its telemetry is in ${file}; to open it: npm run telemetry -- open ${file}`,
      (error: Error) => `its telemetry could not be saved: ${error.message}`,
    );
    process.stderr.write(`test '${title}' failed; ${outcome}\n`);
  });
  return {
    gateway,
    storefront,
    admin,
    dashboard,
    data,
    log: () => log,
    logged,
    async stop() {
      forget();
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
