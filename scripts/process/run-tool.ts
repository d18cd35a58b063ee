import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Result of a tool. */
export interface ToolResult {
  readonly code: number;
  /** Standard output and standard error; empty if inherited. */
  readonly output: string;
}

export interface ToolOptions {
  /** @default the checkout */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the tool writes to the output of this process instead of the result. @default false */
  readonly inherit?: boolean;
}

/** Runs a program of node_modules/.bin and waits until it exits. Stop signals are forwarded to it. */
export async function runTool(
  name: string,
  args: readonly string[],
  { cwd = ROOT, env = {}, inherit = false }: ToolOptions = {},
): Promise<ToolResult> {
  const child = spawn(join(ROOT, 'node_modules/.bin', name), args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => chunks.push(String(chunk)));
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  const stop = () => child.kill('SIGTERM');
  process.once('disconnect', stop);
  process.channel?.unref();
  try {
    return await new Promise<ToolResult>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) =>
        resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), output: chunks.join('') }),
      );
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
    process.off('disconnect', stop);
  }
}
