import type { ProgramOptions } from '../../process/run-program.ts';
import { kubectlJson, NAMESPACE } from './kubectl.ts';
import { KUBELET_SUMMARY, NODE_LIST } from './kubelet-summary.ts';
import { POD_LIST } from './pod.ts';

/** Memory of the pods of the shop, including sidecars and the database, in MiB. */
export interface Memory {
  readonly pods: number;
  readonly requestedMiB: number;
  /** Working set, in MiB. */
  readonly actualMiB: number;
}

/** Measures the memory of the pods of the shop. */
export async function shopMemory(options: ProgramOptions = {}): Promise<Memory> {
  const { items } = await kubectlJson(POD_LIST, ['get', 'pods', `--namespace=${NAMESPACE}`], options);
  // An init container with restartPolicy Always is a sidecar.
  const containers = items.flatMap(({ spec }) => [
    ...spec.containers,
    ...spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ]);
  const requested = sum(containers.map(({ resources }) => mebibytes(resources.requests.memory ?? '0')));
  const actual = sum((await workingSets(options)).map(({ bytes }) => bytes));
  return {
    pods: items.length,
    requestedMiB: Math.round(requested),
    actualMiB: Math.round(actual / 2 ** 20),
  };
}

/**
 * Returns the working set of each container of the shop. It queries the kubelets, as a metrics server learns of new pods
 * with a delay of about a minute.
 */
export async function workingSets(
  options: ProgramOptions = {},
): Promise<readonly { readonly container: string; readonly bytes: number }[]> {
  const { items } = await kubectlJson(NODE_LIST, ['get', 'nodes'], options);
  const summaries = items.map(({ metadata: { name } }) =>
    kubectlJson(KUBELET_SUMMARY, ['get', '--raw', `/api/v1/nodes/${name}/proxy/stats/summary`], options),
  );
  return (await Promise.all(summaries))
    .flatMap(({ pods }) => pods)
    .filter(({ podRef }) => podRef.namespace === NAMESPACE)
    .flatMap(({ containers }) => containers)
    .map(({ name, memory }) => ({ container: name, bytes: memory.workingSetBytes }));
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1 / 2 ** 20,
  Ki: 1 / 2 ** 10,
  Mi: 1,
  Gi: 2 ** 10,
  M: 1e6 / 2 ** 20,
};

/** Converts a Kubernetes quantity such as `64Mi` to MiB. */
export function mebibytes(quantity: string): number {
  const [, number = '0', unit = ''] = /^(\d+)(\w*)$/.exec(quantity) ?? [];
  return Number(number) * (UNITS[unit] ?? Number.NaN);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
