import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CALLEE = fileURLToPath(new URL('callee.ts', import.meta.url));

export interface Callee {
  readonly port: number;
  /** Microseconds of CPU that it has used. */
  cpu(): Promise<number>;
  stop(): void;
}

/** A callee as a process of its own, that answers after `delayMs` milliseconds. */
export async function startCallee(delayMs = 0): Promise<Callee> {
  const callee = fork(CALLEE, [String(delayMs)], { execArgv: [] });
  const { port } = await message<{ port: number }>(callee);
  const cpu = async () => {
    callee.send('cpu');
    return (await message<{ cpu: number }>(callee)).cpu;
  };
  return { port, cpu, stop: () => callee.disconnect() };
}

async function message<T>(callee: ChildProcess): Promise<T> {
  const [received] = await once(callee, 'message');
  return received;
}
