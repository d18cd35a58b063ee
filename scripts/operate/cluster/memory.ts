import { kubectlJson, NAMESPACE, type NamespaceOptions } from './kubectl.ts';
import { type ContainerStats, readContainerStats } from './kubelet-summary.ts';
import { POD_LIST } from './pod.ts';

/** Memory of the pods of a namespace, including sidecars and databases, in MiB. */
export interface Memory {
  readonly pods: number;
  readonly requestedMiB: number;
  /** Working set, in MiB. */
  readonly actualMiB: number;
}

/** Measures the memory of the pods of a namespace. */
export async function measureMemory(options: NamespaceOptions = {}): Promise<Memory> {
  const { namespace = NAMESPACE, ...others } = options;
  const { items } = await kubectlJson(POD_LIST, ['get', 'pods', `--namespace=${namespace}`], others);
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

/** Returns the resource usage of each container of a namespace, read through kubectl. */
export function containerStats({
  namespace,
  ...options
}: NamespaceOptions = {}): Promise<readonly ContainerStats[]> {
  return readContainerStats(
    (schema, path) => kubectlJson(schema, ['get', '--raw', path], options),
    namespace,
  );
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
