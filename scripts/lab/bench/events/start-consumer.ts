import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AppliedEvents, BenchConsumerOptions } from './consumer.ts';

const MODULE = fileURLToPath(new URL('consumer.ts', import.meta.url));

/** Time without a new effect after which the wait fails. */
const IDLE_TIMEOUT_MS = 60_000;

export interface BenchConsumer {
  /** Time at which the effect of the last event of each key was committed. */
  readonly commitTimes: ReadonlyMap<string, number>;
  /** Total number of effects. */
  readonly count: () => number;
  /**
   * Waits until there are as many effects.
   * @throws Error if no effect occurs for a minute, the consumer ends, or `signal` aborts
   */
  waitFor(effects: number, signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the consumer in a separate process. Resolves when it has subscribed. */
export async function startConsumer(options: BenchConsumerOptions): Promise<BenchConsumer> {
  const env = { ...process.env, WEFT_BENCH_CONSUMER: JSON.stringify(options) };
  const child: ChildProcess = fork(MODULE, { env, execArgv: [] });
  const exited = once(child, 'exit');
  const commitTimes = new Map<string, number>();
  let count = 0;
  let lastMessageAt = performance.now();
  child.on('message', ({ keys, at }: AppliedEvents) => {
    for (const [index, key] of keys.entries()) commitTimes.set(key, at[index] ?? Number.NaN);
    count += keys.length;
    lastMessageAt = performance.now();
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  await Promise.race([once(child, 'message'), exited]);
  if (hasEnded()) throw new Error('the consumer exited before it subscribed; its log is above');
  return {
    commitTimes,
    count: () => count,
    async waitFor(effects, signal) {
      const start = performance.now();
      while (count < effects) {
        signal.throwIfAborted();
        if (hasEnded()) throw new Error('the consumer exited; its log is above');
        if (performance.now() - Math.max(lastMessageAt, start) > IDLE_TIMEOUT_MS)
          throw new Error(
            `${effects - count} of ${effects} events are not applied after no progress for ${IDLE_TIMEOUT_MS} ms`,
          );
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async stop() {
      if (!hasEnded()) child.kill('SIGTERM');
      await exited;
    },
  };
}
