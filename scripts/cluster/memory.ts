import type { ProgramOptions } from '../process/run-program.ts';
import { kubectl, kubectlJson, NAMESPACE } from './kubectl.ts';

/** Memory of the shop's pods, sidecars and the database too, in MiB. */
export interface Memory {
  readonly pods: number;
  readonly requestedMiB: number;
  /** The working set. */
  readonly actualMiB: number;
}

interface Quantities {
  readonly items: readonly {
    readonly spec: {
      readonly containers: readonly Container[];
      readonly initContainers?: readonly Container[];
    };
  }[];
}

interface Container {
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: { readonly memory?: string } };
}

/** What a node's kubelet has measured. */
interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly namespace: string };
    readonly containers: readonly { readonly memory?: { readonly workingSetBytes?: number } }[];
  }[];
}

export async function shopMemory(options: ProgramOptions = {}): Promise<Memory> {
  const { items } = await kubectlJson<Quantities>(['get', 'pods', `--namespace=${NAMESPACE}`], options);
  // An init container that restarts is a sidecar, and stays.
  const containers = items.flatMap(({ spec }) => [
    ...spec.containers,
    ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
  ]);
  const requested = sum(containers.map(({ resources }) => mebibytes(resources?.requests?.memory ?? '0')));
  const used = await usedBytes(options);
  return {
    pods: items.length,
    requestedMiB: Math.round(requested),
    actualMiB: Math.round(used / 2 ** 20),
  };
}

/** Asks the kubelets: a metrics server, where there is one, learns of new pods a minute later. */
async function usedBytes(options: ProgramOptions): Promise<number> {
  const names = await kubectl(['get', 'nodes', '--output=jsonpath={.items[*].metadata.name}'], options);
  const summaries = names
    .split(' ')
    .map((node) => kubectl(['get', '--raw', `/api/v1/nodes/${node}/proxy/stats/summary`], options));
  const pods = (await Promise.all(summaries)).flatMap((text) => (JSON.parse(text) as Summary).pods);
  const containers = pods
    .filter(({ podRef }) => podRef.namespace === NAMESPACE)
    .flatMap((pod) => pod.containers);
  return sum(containers.map(({ memory }) => memory?.workingSetBytes ?? 0));
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1 / 2 ** 20,
  Ki: 1 / 2 ** 10,
  Mi: 1,
  Gi: 2 ** 10,
  M: 1e6 / 2 ** 20,
};

/** A quantity of Kubernetes, such as `64Mi`, in MiB. */
export function mebibytes(quantity: string): number {
  const [, number = '0', unit = ''] = /^(\d+)(\w*)$/.exec(quantity) ?? [];
  return Number(number) * (UNITS[unit] ?? Number.NaN);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
