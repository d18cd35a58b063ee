import { z } from 'zod';
import { count, listOf, struct } from '../../process/go-json.ts';

/** The fields of a list of nodes that are read here. */
export const NODE_LIST = z.object({ items: listOf(z.object({ metadata: z.object({ name: z.string() }) })) });

/**
 * The fields of `/stats/summary` of a kubelet that are read here. The figures of a new pod are 0.
 * @see https://kubernetes.io/docs/reference/instrumentation/node-metrics/
 */
export const KUBELET_SUMMARY = z.object({
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
