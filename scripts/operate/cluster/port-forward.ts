import { NAMESPACE } from './kubectl.ts';
import { type ServingKubectl, servingKubectl } from './serving-kubectl.ts';

/**
 * A port of 127.0.0.1 that leads into a pod of the shop, past its sidecar. It ends with the pod.
 * @throws Error with what kubectl says when it does not lead anywhere
 */
export function forwardPort(pod: string, port: number): Promise<ServingKubectl> {
  return servingKubectl(
    ['port-forward', `pod/${pod}`, `:${port}`, `--namespace=${NAMESPACE}`],
    `no way to port ${port} of pod ${pod}`,
  );
}
