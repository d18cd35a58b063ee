import { createInterface } from 'node:readline';
import { spawnTied } from '../../../mesh/run/process/spawn-tied.ts';
import { kubectlCommand } from './kubectl.ts';

/** A kubectl that serves on a port of 127.0.0.1. */
export interface ServingKubectl {
  readonly port: number;
  /** Ends it; resolves when it has ended. */
  close(): Promise<void>;
}

export interface ServingOptions {
  /** Milliseconds within which kubectl says its port. @default 60 s */
  readonly timeoutMs?: number;
  /** Variables beside those of this process. @default none */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Starts a kubectl that serves, and waits until it says where.
 * @param failure what the error says first
 * @throws Error with what kubectl says when it ends before, or does not say its port in time
 */
export async function servingKubectl(
  command: readonly string[],
  failure: string,
  { timeoutMs = 60_000, variables = {} }: ServingOptions = {},
): Promise<ServingKubectl> {
  const [program, ...words] = kubectlCommand([...command, '--address=127.0.0.1']);
  const { child, exited } = spawnTied(program, words, {
    shutdownSignal: 'SIGTERM',
    env: { ...process.env, ...variables },
  });
  // It may end at any time: whoever uses the port sees that.
  exited.catch(() => {});
  if (!child.stdout || !child.stderr) throw new Error(`${failure}: kubectl has no output`);
  const said: string[] = [];
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const served = Promise.withResolvers<number>();
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port) served.resolve(Number(port));
      else said.push(line);
    })
    .on('close', () => served.reject(new Error(`${failure}: ${said.join(' ').trim()}`)));
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    served.reject(new Error(`${failure}: kubectl does not say its port within ${timeoutMs / 1_000} s`));
  }, timeoutMs);
  return {
    port: await served.promise.finally(() => clearTimeout(timer)),
    async close() {
      child.kill('SIGTERM');
      await exited.catch(() => {});
    },
  };
}
