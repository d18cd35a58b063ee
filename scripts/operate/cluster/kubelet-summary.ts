import { z } from 'zod';
import { count, listOf, struct } from '../../process/go-json.ts';
import { NAMESPACE } from './kubectl.ts';

const NODE_LIST = z.object({ items: listOf(z.object({ metadata: z.object({ name: z.string() }) })) });

/**
 * The fields of a kubelet's `/stats/summary` that are read here. The values of a pod that has just started are 0.
 * @see https://kubernetes.io/docs/reference/instrumentation/node-metrics/
 */
const KUBELET_SUMMARY = z.object({
  pods: listOf(
    z.object({
      podRef: z.object({ name: z.string(), namespace: z.string() }),
      containers: listOf(
        z.object({
          name: z.string(),
          cpu: struct({ usageCoreNanoSeconds: count() }),
          memory: struct({ workingSetBytes: count() }),
        }),
      ),
    }),
  ),
});

/** Resource usage of one container. */
export interface ContainerStats {
  readonly pod: string;
  readonly container: string;
  /** CPU time since the container started, in milliseconds. */
  readonly cpuMs: number;
  /** Working set, in MiB. */
  readonly memoryMiB: number;
}

/** Reads a path of the Kubernetes API, such as `/api/v1/nodes`. */
export type ReadApi = <T>(schema: z.ZodType<T>, path: string) => Promise<T>;

/**
 * Returns the resource usage of each container of a namespace, from the kubelet of every node. A metrics server learns of
 * new pods a minute later. Kubelets take a new sample only when asked for CPU and memory alone.
 */
export async function readContainerStats(
  readApi: ReadApi,
  namespace: string = NAMESPACE,
): Promise<readonly ContainerStats[]> {
  const { items } = await readApi(NODE_LIST, '/api/v1/nodes');
  const summaries = await Promise.all(
    items.map(({ metadata: { name } }) =>
      readApi(KUBELET_SUMMARY, `/api/v1/nodes/${name}/proxy/stats/summary?only_cpu_and_memory=true`),
    ),
  );
  return summaries
    .flatMap(({ pods }) => pods)
    .filter(({ podRef }) => podRef.namespace === namespace)
    .flatMap(({ podRef, containers }) =>
      containers.map(({ name, cpu, memory }) => ({
        pod: podRef.name,
        container: name,
        cpuMs: cpu.usageCoreNanoSeconds / 1e6,
        memoryMiB: memory.workingSetBytes / 2 ** 20,
      })),
    );
}
