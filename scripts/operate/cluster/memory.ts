import type { ProgramOptions } from '../../process/run-program.ts';
import { kubectlJson, NAMESPACE } from './kubectl.ts';
import { type ContainerStats, readContainerStats } from './kubelet-summary.ts';
import { POD_LIST } from './pod.ts';

/** Memory of the pods of the shop, including sidecars and the database, in MiB. */
export interface Memory {
  readonly pods: number;
  readonly requestedMiB: number;
  /** Working set, in MiB. */
  readonly actualMiB: number;
}

/** Measures the memory of the pods of the shop. */
export async function measureMemory(options: ProgramOptions = {}): Promise<Memory> {
  const { items } = await kubectlJson(POD_LIST, ['get', 'pods', `--namespace=${NAMESPACE}`], options);
  // An init container with restartPolicy Always is a sidecar.
  const containers = items.flatMap(({ spec }) => [
    ...spec.containers,
    ...spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ]);
  const requested = sum(containers.map(({ resources }) => parseMebibytes(resources.requests.memory ?? '0')));
  const stats = await containerStats(options);
  return {
    pods: items.length,
    requestedMiB: Math.round(requested),
    actualMiB: Math.round(sum(stats.map(({ memoryMiB }) => memoryMiB))),
  };
}

/** Returns the resource usage of each container of the shop, read through kubectl. */
export function containerStats(options: ProgramOptions = {}): Promise<readonly ContainerStats[]> {
  return readContainerStats((schema, path) => kubectlJson(schema, ['get', '--raw', path], options));
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1 / 2 ** 20,
  Ki: 1 / 2 ** 10,
  Mi: 1,
  Gi: 2 ** 10,
  M: 1e6 / 2 ** 20,
};

/** Converts a Kubernetes quantity such as `64Mi` to MiB. */
export function parseMebibytes(quantity: string): number {
  const [, number = '0', unit = ''] = /^(\d+)(\w*)$/.exec(quantity) ?? [];
  return Number(number) * (UNITS[unit] ?? Number.NaN);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
