import { z } from 'zod';
import { count, listOf, maybe, strings, struct, text } from '../../process/go-json.ts';

const REASON = maybe(z.object({ reason: maybe(z.string()), message: maybe(z.string()) }));

const CONTAINER_STATUS = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: count(),
  state: struct({ waiting: REASON, terminated: REASON }),
});
export type ContainerStatus = z.infer<typeof CONTAINER_STATUS>;

const CONTAINER = z.object({
  name: z.string(),
  image: text(),
  restartPolicy: maybe(z.string()),
  resources: struct({ requests: strings, limits: strings }),
});

/**
 * The fields of a pod that are read here. The status of a new pod is empty.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export const POD = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: text('default'),
    uid: text(),
    labels: strings,
    deletionTimestamp: maybe(z.string()),
    creationTimestamp: text(),
  }),
  spec: struct({ containers: listOf(CONTAINER), initContainers: listOf(CONTAINER) }),
  status: struct({
    phase: text('Pending'),
    podIP: maybe(z.string()),
    containerStatuses: listOf(CONTAINER_STATUS),
    initContainerStatuses: listOf(CONTAINER_STATUS),
  }),
});
export type PodObject = z.infer<typeof POD>;

export const POD_LIST = z.object({ items: listOf(POD) });
