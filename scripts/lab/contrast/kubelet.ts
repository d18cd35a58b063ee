import type { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { NAMESPACE } from '../../operate/cluster/kubectl.ts';
import { KUBELET_SUMMARY, NODE_LIST } from '../../operate/cluster/kubelet-summary.ts';
import { fetchText, requestName } from '../../process/fetch-text.ts';
import type { Used } from './stage.ts';

/** What the containers of the shop have used. */
export interface Containers {
  readonly application: readonly Used[];
  readonly proxies: readonly Used[];
}

/**
 * Asks the kubelets, which measure anew when they are asked for CPU and memory alone.
 * @param api URL of the API server
 */
export async function containersUsed(api: string): Promise<Containers> {
  const ask = async <T>(schema: z.ZodType<T>, path: string): Promise<T> =>
    readJson(schema, await fetchText(api + path), { name: requestName(path) });
  const { items } = await ask(NODE_LIST, '/api/v1/nodes');
  const pods = await Promise.all(
    items.map(async ({ metadata: { name } }) => {
      const path = `/api/v1/nodes/${name}/proxy/stats/summary?only_cpu_and_memory=true`;
      return (await ask(KUBELET_SUMMARY, path)).pods;
    }),
  );
  const containers = pods
    .flat()
    .filter(({ podRef }) => podRef.namespace === NAMESPACE && !podRef.name.startsWith('postgres'))
    .flatMap(({ podRef, containers }) =>
      containers.map(({ name, cpu, memory }) => ({
        isProxy: name === 'istio-proxy',
        process: `${podRef.name}/${name}`,
        cpuMs: cpu.usageCoreNanoSeconds / 1e6,
        memoryMiB: memory.workingSetBytes / 2 ** 20,
      })),
    );
  return {
    application: containers.filter(({ isProxy }) => !isProxy),
    proxies: containers.filter(({ isProxy }) => isProxy),
  };
}
