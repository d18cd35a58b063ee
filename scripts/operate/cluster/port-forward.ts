import { NAMESPACE } from './kubectl.ts';
import { type ServingKubectl, startServingKubectl } from './serving-kubectl.ts';

/**
 * Forwards a port of 127.0.0.1 to a port of a pod of the shop, bypassing its sidecar. The forwarding ends with the pod.
 * @throws Error with the output of kubectl if it does not start
 */
export function forwardPort(pod: string, port: number): Promise<ServingKubectl> {
  return startServingKubectl(
    ['port-forward', `pod/${pod}`, `:${port}`, `--namespace=${NAMESPACE}`],
    `cannot forward to port ${port} of pod ${pod}`,
  );
}
