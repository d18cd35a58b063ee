import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MODULE = fileURLToPath(new URL('collector.ts', import.meta.url));

/** A process that accepts telemetry. */
export interface Collector {
  readonly url: string;
  /** Kills the process. Connections to it are then refused. */
  stop(): Promise<void>;
}

/** Starts a collector in a separate process. */
export async function startCollector(): Promise<Collector> {
  const child = fork(MODULE, { execArgv: [] });
  const [port] = (await once(child, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
