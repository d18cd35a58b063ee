import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Broker } from '../../../mesh/policy/broker.ts';
import { isVerbose } from '../../../mesh/report/report-failure.ts';

/** What carries topics, and where it is, in place of what the environment says. */
export interface BrokerOverride {
  readonly kind: Broker;
  /** `host:port`. */
  readonly address: string;
}

/**
 * Writes the manifests of environment `local` into `folder`, in a process of its own: what it loads
 * would otherwise stay in memory for as long as the shop runs.
 *
 * @throws Error with all that is wrong with the graph
 */
export async function synthesize(root: string, folder: string, broker?: BrokerOverride): Promise<void> {
  const options = broker ? ['--broker', broker.kind, '--broker-address', broker.address] : [];
  const words = ['--env', 'local', '--out', folder, ...options, ...(isVerbose() ? ['--verbose'] : [])];
  const child = spawn(process.execPath, [join(root, 'charts/main.ts'), ...words], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`the manifests cannot be made:\n${said.join('').trimEnd()}`)),
    );
  });
}
