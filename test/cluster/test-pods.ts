import { kubectl, kubectlJson } from '../../scripts/operate/cluster/kubectl.ts';
import { POD_LIST } from '../../scripts/operate/cluster/pod.ts';
import { applyAll, type IdlePod, idlePod, waitForPods } from './idle-pod.ts';
import { type Place, serviceImage } from './pods.ts';

/** Pods of a test in several namespaces. */
export interface TestPods {
  /** A pod by its name. */
  at(name: string): Place;
  /** Its address. */
  ip(name: string): string;
  stop(): Promise<void>;
}

/** Keeps pods that a test starts without a sidecar. */
export const NO_SIDECAR = { 'sidecar.istio.io/inject': 'false' } as const;

/**
 * Starts pods, with the namespaces and ServiceAccounts that they need and that are not there yet. What was there before
 * stays when they stop.
 * @param test names the test: value of the label that all its objects have
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

/** Creates an object unless there is one of its name. */
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
