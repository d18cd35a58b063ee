import { z } from 'zod';
import { NAMESPACE } from '../cluster/kubectl.ts';
import type { Used } from './stage.ts';

const NODES = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
const SUMMARY = z.object({
  pods: z.array(
    z.object({
      podRef: z.object({ name: z.string(), namespace: z.string() }),
      containers: z
        .array(
          z.object({
            name: z.string(),
            cpu: z.object({ usageCoreNanoSeconds: z.number().default(0) }).optional(),
            memory: z.object({ workingSetBytes: z.number().default(0) }).optional(),
          }),
        )
        .default([]),
    }),
  ),
});

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
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(api + path, { signal: AbortSignal.timeout(10_000) });
    if (response.ok) return response.json();
    throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
  };
  const { items } = NODES.parse(await ask('/api/v1/nodes'));
  const pods = await Promise.all(
    items.map(async ({ metadata: { name } }) => {
      const path = `/api/v1/nodes/${name}/proxy/stats/summary?only_cpu_and_memory=true`;
      return SUMMARY.parse(await ask(path)).pods;
    }),
  );
  const containers = pods
    .flat()
    .filter(({ podRef }) => podRef.namespace === NAMESPACE && !podRef.name.startsWith('postgres'))
    .flatMap(({ podRef, containers }) =>
      containers.map(({ name, cpu, memory }) => ({
        isProxy: name === 'istio-proxy',
        process: `${podRef.name}/${name}`,
        cpuMs: (cpu?.usageCoreNanoSeconds ?? 0) / 1e6,
        memoryMiB: (memory?.workingSetBytes ?? 0) / 2 ** 20,
      })),
    );
  return {
    application: containers.filter(({ isProxy }) => !isProxy),
    proxies: containers.filter(({ isProxy }) => isProxy),
  };
}
