import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Applied, BenchConsumerOptions } from './consumer.ts';

const CONSUMER = fileURLToPath(new URL('consumer.ts', import.meta.url));

/** What has no effect for so long has none, in milliseconds. */
const PATIENCE_MS = 60_000;

export interface Consumer {
  /** When the effect of an event of each key was committed. */
  readonly applied: ReadonlyMap<string, number>;
  /** Effects in all. */
  readonly count: () => number;
  /**
   * Resolves when there are as many effects.
   * @throws Error when none came for a minute, the consumer ended, or `signal` aborts
   */
  until(effects: number, signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the consumer in a process of its own; resolves when it subscribes. */
export async function startConsumer(options: BenchConsumerOptions): Promise<Consumer> {
  const env = { ...process.env, WEFT_BENCH_CONSUMER: JSON.stringify(options) };
  const child: ChildProcess = fork(CONSUMER, { env, execArgv: [] });
  const exited = once(child, 'exit');
  const applied = new Map<string, number>();
  let count = 0;
  let lastTold = performance.now();
  child.on('message', ({ keys, at }: Applied) => {
    for (const [index, key] of keys.entries()) applied.set(key, at[index] ?? Number.NaN);
    count += keys.length;
    lastTold = performance.now();
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  await Promise.race([once(child, 'message'), exited]);
  if (hasEnded()) throw new Error('the consumer ended before it subscribed; what it says is above');
  return {
    applied,
    count: () => count,
    async until(effects, signal) {
      const since = performance.now();
      while (count < effects) {
        signal.throwIfAborted();
        if (hasEnded()) throw new Error('the consumer ended; what it says is above');
        if (performance.now() - Math.max(lastTold, since) > PATIENCE_MS)
          throw new Error(`${effects - count} of ${effects} events had no effect after ${PATIENCE_MS} ms`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async stop() {
      if (!hasEnded()) child.kill('SIGTERM');
      await exited;
    },
  };
}
