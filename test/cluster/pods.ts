import { NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { isReady, shopPods } from '../../scripts/operate/cluster/pod-report.ts';
import { kubectlJson } from './kubectl-json.ts';

/** A process that scripts can be run in. */
export interface Place {
  readonly pod: string;
  readonly namespace: string;
  readonly container: string;
}

/** A pod of the shop that serves. */
export interface ShopPod extends Place {
  readonly ip: string;
  readonly version: string;
}

/** The pods of a service that are ready, in the order of their names. */
export async function podsOf(service: string): Promise<readonly ShopPod[]> {
  return (await shopPods())
    .filter((pod) => pod.metadata.labels?.app === service && isReady(pod))
    .map(({ metadata, status }) => ({
      pod: metadata.name,
      namespace: NAMESPACE,
      container: service,
      ip: status.podIP ?? '',
      version: metadata.labels?.version ?? '',
    }))
    .sort((a, b) => a.pod.localeCompare(b.pod));
}

/** One of them. */
export async function podOf(service: string): Promise<ShopPod> {
  const [pod] = await podsOf(service);
  if (pod) return pod;
  throw new Error(`no pod of ${service} is ready: look at npm run kind:status`);
}

/** An image with Node and the packages of a service: what tests run their own pods with. */
export async function serviceImage(): Promise<string> {
  const { spec } = await kubectlJson<{
    spec: { template: { spec: { containers: readonly { image: string }[] } } };
  }>(['get', 'deployment', 'product-v1', `--namespace=${NAMESPACE}`]);
  const [container] = spec.template.spec.containers;
  if (container) return container.image;
  throw new Error('Deployment product-v1 has no container');
}
