import { readJson } from '../../../mesh/run/process/read-json.ts';
import { type ContainerStats, readContainerStats } from '../../operate/cluster/kubelet-summary.ts';
import { fetchText, requestName } from '../../process/fetch-text.ts';

/** CPU and memory usage of a process. */
export interface ResourceUsage {
  readonly process: string;
  /** CPU time since the process started, in milliseconds. */
  readonly cpuMs: number;
  readonly memoryMiB: number;
}

/** Resource usage of the shop's containers, without the database. */
export interface ContainerUsage {
  readonly application: readonly ResourceUsage[];
  readonly proxies: readonly ResourceUsage[];
}

/**
 * Reads the CPU and memory usage of application and proxy containers from the kubelets.
 * @param apiUrl URL of the API server
 */
export async function readContainerUsage(apiUrl: string): Promise<ContainerUsage> {
  const stats = await readContainerStats(async (schema, path) =>
    readJson(schema, await fetchText(apiUrl + path), { name: requestName(path) }),
  );
  const isProxy = ({ container }: ContainerStats) => container === 'istio-proxy';
  const containers = stats.filter(({ pod }) => !pod.startsWith('postgres'));
  return {
    application: containers.filter((one) => !isProxy(one)).map(usageOf),
    proxies: containers.filter(isProxy).map(usageOf),
  };
}

function usageOf({ pod, container, cpuMs, memoryMiB }: ContainerStats): ResourceUsage {
  return { process: `${pod}/${container}`, cpuMs, memoryMiB };
}
