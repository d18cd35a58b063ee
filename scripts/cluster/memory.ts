import type { ProgramOptions } from '../process/run-program.ts';
import { kubectl, kubectlJson, NAMESPACE } from './kubectl.ts';

/** Memory of the shop's pods, sidecars and the database too, in MiB. */
export interface Memory {
  readonly pods: number;
  readonly requestedMiB: number;
  /** Undefined until the metrics server has looked at the pods. */
  readonly actualMiB: number | undefined;
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

interface Metrics {
  readonly items: readonly {
    readonly containers: readonly { readonly usage: { readonly memory: string } }[];
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
  const metrics = await podMetrics(options);
  const isComplete = metrics && metrics.items.length >= items.length;
  const used = metrics?.items.flatMap((pod) => pod.containers.map(({ usage }) => mebibytes(usage.memory)));
  return {
    pods: items.length,
    requestedMiB: Math.round(requested),
    actualMiB: isComplete && used ? Math.round(sum(used)) : undefined,
  };
}

async function podMetrics(options: ProgramOptions): Promise<Metrics | undefined> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${NAMESPACE}/pods`;
  try {
    return JSON.parse(await kubectl(['get', '--raw', path], options)) as Metrics;
  } catch {
    // kind has no metrics server unless somebody installs it.
    return undefined;
  }
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
