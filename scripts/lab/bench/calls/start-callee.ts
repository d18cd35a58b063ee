import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CALLEE = fileURLToPath(new URL('callee.ts', import.meta.url));

export interface Callee {
  readonly port: number;
  /** Returns the CPU time that the process has used, in microseconds. */
  cpu(): Promise<number>;
  stop(): void;
}

/** Starts a callee in a separate process that delays each answer by `delayMs` milliseconds. */
export async function startCallee(delayMs = 0): Promise<Callee> {
  const callee = fork(CALLEE, [String(delayMs)], { execArgv: [] });
  const { port } = await receive<{ port: number }>(callee);
  const cpu = async () => {
    callee.send('cpu');
    return (await receive<{ cpu: number }>(callee)).cpu;
  };
  return { port, cpu, stop: () => callee.disconnect() };
}

async function receive<T>(callee: ChildProcess): Promise<T> {
  const [message] = await once(callee, 'message');
  return message;
}
