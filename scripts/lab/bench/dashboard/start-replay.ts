import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ReplayOptions } from './replay.ts';

const MODULE = fileURLToPath(new URL('replay.ts', import.meta.url));

/** A process that sends telemetry until it is stopped. */
export interface Replay {
  /** Rejects if the process exits by itself, such as after a refused request. Never resolves. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Starts to send telemetry from a separate process. */
export function startReplay(options: ReplayOptions): Replay {
  const child = fork(MODULE, { execArgv: [] });
  child.send(options);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const failed = exited.then(([code]): never => {
    throw new Error(`the process that sends telemetry exited with code ${code}; its error is above`);
  });
  // Its exit after `stop` is expected.
  failed.catch(() => {});
  return {
    failed,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
