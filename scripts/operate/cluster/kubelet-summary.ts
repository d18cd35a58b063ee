import { z } from 'zod';
import { count, listOf, struct } from '../../process/go-json.ts';

/** Names of nodes. */
export const NODE_LIST = z.object({ items: listOf(z.object({ metadata: z.object({ name: z.string() }) })) });

/**
 * The fields of a kubelet's `/stats/summary` that are read here. The figures of a pod that was just started are 0.
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
