import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ToolResult {
  readonly code: number;
  /** Standard output and error; empty when they were inherited. */
  readonly output: string;
}

export interface ToolOptions {
  /** @default the checkout */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Writes straight to our own output. @default false, and the output is in the outcome */
  readonly inherit?: boolean;
}

/** Runs a program of node_modules/.bin, or `node` itself, to its end. Signals reach it too. */
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
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, pass);
  process.once('disconnect', () => child.kill('SIGTERM'));
  process.channel?.unref();
  try {
    return await new Promise<ToolResult>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) =>
        resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), output: chunks.join('') }),
      );
    });
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}
