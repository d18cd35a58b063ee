import { kubectl, kubectlJson } from '../../scripts/operate/cluster/kubectl.ts';
import { POD_LIST } from '../../scripts/operate/cluster/pod.ts';
import { applyAll, type IdlePod, idlePod, waitForPods } from './idle-pod.ts';
import { type ContainerPlace, serviceImage } from './pods.ts';

/** Pods of a test in several namespaces. */
export interface TestPods {
  /** Returns the place of a pod. */
  at(name: string): ContainerPlace;
  /** Returns the address of a pod. */
  ip(name: string): string;
  stop(): Promise<void>;
}

/** Label of pods that get no sidecar. */
export const NO_SIDECAR = { 'sidecar.istio.io/inject': 'false' } as const;

/**
 * Starts pods, and creates missing namespaces and ServiceAccounts for them. Existing ones are kept when the pods stop.
 * @param test name of the test, and value of the label of all its objects
 */
export async function startTestPods(
  test: string,
  pods: readonly Omit<IdlePod, 'image'>[],
): Promise<TestPods> {
  const label = { 'weft-test': test };
  const selector = `--selector=weft-test=${test}`;
  const image = await serviceImage();
  const objects = pods.map((pod) => idlePod({ ...pod, image, labels: { ...pod.labels, ...label } }));
  const byNamespace = Map.groupBy(objects, ({ metadata }) => metadata.namespace);
  const stop = async () => {
    for (const namespace of byNamespace.keys()) {
      await kubectl([
        'delete',
        'pods,services,serviceaccounts',
        selector,
        `--namespace=${namespace}`,
        '--now',
      ]);
    }
    await kubectl(['delete', 'namespaces', selector]);
  };
  try {
    for (const namespace of byNamespace.keys())
      await createMissing({ kind: 'Namespace', metadata: { name: namespace, labels: label } });
    for (const { namespace, serviceAccountName = 'default' } of pods) {
      const metadata = { name: serviceAccountName, namespace, labels: label };
      if (serviceAccountName !== 'default') await createMissing({ kind: 'ServiceAccount', metadata });
    }
    await applyAll(objects);
    await Promise.all([...byNamespace].map(([namespace, group]) => waitForPods(namespace, group)));
    const ips = new Map<string, string>();
    for (const namespace of byNamespace.keys()) {
      const words = ['get', 'pods', selector, `--namespace=${namespace}`];
      const { items } = await kubectlJson(POD_LIST, words);
      for (const { metadata, status } of items) ips.set(metadata.name, status.podIP ?? '');
    }
    const namespaces = new Map(pods.map(({ name, namespace }) => [name, namespace]));
    return {
      at: (name) => ({ pod: name, namespace: namespaces.get(name) ?? '', container: 'probe' }),
      ip: (name) => ips.get(name) ?? '',
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Creates an object unless one of its name exists. */
export async function createMissing(object: {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: object };
  readonly spec?: object;
}): Promise<void> {
  const { kind, metadata } = object;
  const where = metadata.namespace ? [`--namespace=${metadata.namespace}`] : [];
  if (await kubectl(['get', kind, metadata.name, ...where, '--ignore-not-found', '--output=name'])) return;
  await applyAll([{ apiVersion: 'v1', ...object }]);
}
