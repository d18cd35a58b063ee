import { createInterface } from 'node:readline';
import { spawnTied } from '../process/spawn-tied.ts';
import { kubectlCommand, NAMESPACE } from './kubectl.ts';

/** A port of 127.0.0.1 that leads into a pod of the shop, past its sidecar. It ends with the pod. */
export interface PortForward {
  readonly port: number;
  close(): void;
}

/** @throws Error with what kubectl says when it does not lead anywhere */
export async function forwardPort(pod: string, port: number): Promise<PortForward> {
  const [program, ...words] = kubectlCommand([
    'port-forward',
    `pod/${pod}`,
    `:${port}`,
    `--namespace=${NAMESPACE}`,
    '--address=127.0.0.1',
  ]);
  const { child, exited } = spawnTied(program, words, { farewell: 'SIGTERM', env: process.env });
  exited.catch(() => {});
  if (!child.stdout || !child.stderr) throw new Error('kubectl port-forward has no output');
  const said: string[] = [];
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const forwarded = Promise.withResolvers<number>();
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      const found = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (found) forwarded.resolve(Number(found));
    })
    .on('close', () =>
      forwarded.reject(new Error(`no way to port ${port} of pod ${pod}: ${said.join('').trim()}`)),
    );
  return { port: await forwarded.promise, close: () => void child.kill('SIGTERM') };
}
