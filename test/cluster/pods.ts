import { NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { isReady, listShopPods } from '../../scripts/operate/cluster/pod-report.ts';
import { kubectlJson } from './kubectl-json.ts';

/** A container that scripts can run in. */
export interface ContainerPlace {
  readonly pod: string;
  readonly namespace: string;
  readonly container: string;
}

/** A ready pod of the shop. */
export interface ShopPod extends ContainerPlace {
  readonly ip: string;
  readonly version: string;
}

/** Returns the ready pods of a service, the oldest first: an autoscaler that saw the load of a test removes the newest. */
export async function podsOf(service: string): Promise<readonly ShopPod[]> {
  return (await listShopPods())
    .filter((pod) => pod.metadata.labels?.app === service && isReady(pod))
    .toSorted((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))
    .map(({ metadata, status }) => ({
      pod: metadata.name,
      namespace: NAMESPACE,
      container: service,
      ip: status.podIP ?? '',
      version: metadata.labels?.version ?? '',
    }));
}

/** Returns one ready pod of a service. */
export async function podOf(service: string): Promise<ShopPod> {
  const [pod] = await podsOf(service);
  if (pod) return pod;
  throw new Error(`no pod of ${service} is ready: look at npm run kind:status`);
}

/** Returns an image with Node and the packages of a service, for pods of tests. */
export async function serviceImage(): Promise<string> {
  const { spec } = await kubectlJson<{
    spec: { template: { spec: { containers: readonly { image: string }[] } } };
  }>(['get', 'deployment', 'product-v1', `--namespace=${NAMESPACE}`]);
  const [container] = spec.template.spec.containers;
  if (container) return container.image;
  throw new Error('Deployment product-v1 has no container');
}
