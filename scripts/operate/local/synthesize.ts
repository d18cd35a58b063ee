import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Broker } from '../../../mesh/policy/broker.ts';
import { isVerbose } from '../../../mesh/report/report-failure.ts';

/** A broker that replaces the one of the environment. */
export interface BrokerOverride {
  readonly kind: Broker;
  /** `host:port`. */
  readonly address: string;
}

/**
 * Writes the manifests of environment `local` to `folder`. Uses a separate process, because the loaded modules would
 * otherwise occupy memory while the shop runs.
 *
 * @throws Error with all problems of the graph
 */
export async function synthesize(root: string, folder: string, broker?: BrokerOverride): Promise<void> {
  const options = broker ? ['--broker', broker.kind, '--broker-address', broker.address] : [];
  const args = ['--env', 'local', '--out', folder, ...options, ...(isVerbose() ? ['--verbose'] : [])];
  const child = spawn(process.execPath, [join(root, 'charts/main.ts'), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output: string[] = [];
  child.stderr.on('data', (chunk) => output.push(String(chunk)));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`synthesis failed:\n${output.join('').trimEnd()}`)),
    );
  });
}
