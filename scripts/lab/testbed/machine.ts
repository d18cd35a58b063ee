import { arch, cpus, totalmem } from 'node:os';
import { figure } from '../../operate/report/figures.ts';

/** The machine that a run was measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  /** Version of Node.js: `v24.0.0`. */
  readonly node: string;
}

export function readMachine(): Machine {
  const [cpu] = cpus();
  return {
    cpu: `${cpu?.model.trim() ?? 'unknown'}, ${arch()}`,
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    node: process.version,
  };
}

/** Returns the facts about a machine for the provenance line of a report page. */
export function describeMachine({ cpu, cores, memoryMiB, node }: Machine): readonly string[] {
  return [`${cpu}, ${cores} cores, ${figure(memoryMiB / 1_024)} GiB`, `Node ${node.replace(/^v/, '')}`];
}
