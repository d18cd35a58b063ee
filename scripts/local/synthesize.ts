import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * Writes the manifests of environment `local` into `folder`, in a process of its own: what it loads
 * would otherwise stay in memory for as long as the shop runs.
 *
 * @throws Error with all that is wrong with the graph
 */
export async function synthesize(root: string, folder: string): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'charts/main.ts'), '--env', 'local', '--out', folder], {
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
