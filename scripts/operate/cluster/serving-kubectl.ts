import { createInterface } from 'node:readline';
import { spawnTied } from '../../../mesh/run/process/spawn-tied.ts';
import { kubectlCommand } from './kubectl.ts';

/** A kubectl process that listens on a port of 127.0.0.1. */
export interface ServingKubectl {
  readonly port: number;
  /** Stops kubectl, and resolves after it has exited. */
  close(): Promise<void>;
}

export interface ServingOptions {
  /** Milliseconds until kubectl must have printed its port. @default 60 s */
  readonly timeoutMs?: number;
  /** Variables in addition to those of this process. @default none */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Starts a kubectl command that listens on a port, and waits until it prints the port.
 * @param failure first part of the error message
 * @throws Error with the output of kubectl if it exits first or times out
 */
export async function startServingKubectl(
  command: readonly string[],
  failure: string,
  { timeoutMs = 60_000, variables = {} }: ServingOptions = {},
): Promise<ServingKubectl> {
  const [program, ...words] = kubectlCommand([...command, '--address=127.0.0.1']);
  const { child, exited } = spawnTied(program, words, {
    shutdownSignal: 'SIGTERM',
    env: { ...process.env, ...variables },
  });
  // kubectl may exit at any time; users of the port then see a closed connection.
  exited.catch(() => {});
  if (!child.stdout || !child.stderr) throw new Error(`${failure}: kubectl has no output`);
  const output: string[] = [];
  child.stderr.on('data', (chunk) => output.push(String(chunk)));
  const served = Promise.withResolvers<number>();
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port) served.resolve(Number(port));
      else output.push(line);
    })
    .on('close', () => served.reject(new Error(`${failure}: ${output.join(' ').trim()}`)));
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    served.reject(new Error(`${failure}: kubectl did not print its port within ${timeoutMs / 1_000} s`));
  }, timeoutMs);
  return {
    port: await served.promise.finally(() => clearTimeout(timer)),
    async close() {
      child.kill('SIGTERM');
      await exited.catch(() => {});
    },
  };
}
