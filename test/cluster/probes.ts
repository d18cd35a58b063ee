import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { applyAll, IDLE_PORT, idlePod, waitForPods } from './idle-pod.ts';
import { type ContainerPlace, serviceImage } from './pods.ts';

/** Pods of the test, each with the identity of a service of the shop and with labels of its own. */
export interface Probes {
  /** A probe that calls as `identity`. */
  at(identity: string): ContainerPlace;
  /** `host:port` of a probe that answers HTTP and has no policy. */
  readonly listener: string;
  stop(): Promise<void>;
}

/** Label of all objects of these tests; its value is the kind of test. */
const LABEL = 'weft-test';
const LISTENER = 'probe-listener';

/**
 * Starts a probe for each identity. It has labels of its own, so no VirtualService route, DestinationRule, Sidecar or
 * NetworkPolicy of the identity applies to it. It can send anything to any pod of the namespace, and only the callee's
 * AuthorizationPolicy refuses its requests.
 */
export async function startProbes(identities: readonly string[]): Promise<Probes> {
  const image = await serviceImage();
  const rules = [...networkPolicies(), sidecar(), listener(identities[0] ?? '')];
  const pods = identities.map((identity) =>
    idlePod({
      name: `probe-${identity}`,
      namespace: NAMESPACE,
      image,
      labels: { ...labels, app: `probe-${identity}` },
      serviceAccountName: identity,
    }),
  );
  const stop = async () => {
    const kinds = 'pods,services,networkpolicies,sidecars.networking.istio.io';
    const mine = [`--selector=${LABEL}=probe`, `--namespace=${NAMESPACE}`];
    await kubectl(['delete', kinds, ...mine, '--now']);
  };
  try {
    await applyAll([...rules, ...pods]);
    await waitForPods(NAMESPACE, pods);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    at: (identity) => ({ pod: `probe-${identity}`, namespace: NAMESPACE, container: 'probe' }),
    listener: `${LISTENER}.${NAMESPACE}.svc.cluster.local:${IDLE_PORT}`,
    stop,
  };
}

/** A pod in a namespace of its own, without a sidecar and therefore without an identity. */
export interface Outsider {
  readonly place: ContainerPlace;
  stop(): Promise<void>;
}

export async function startOutsider(): Promise<Outsider> {
  const namespace = 'weft-outside';
  const metadata = { name: namespace, labels: { [LABEL]: 'outsider', 'istio-injection': 'disabled' } };
  const pod = idlePod({ name: 'outsider', namespace, image: await serviceImage(), labels: {} });
  const admission = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'outsider', namespace: NAMESPACE, labels: { [LABEL]: 'outsider' } },
    spec: {
      podSelector: {},
      ingress: [
        { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }] },
      ],
    },
  };
  const stop = async () => {
    await kubectl(['delete', 'networkpolicy', 'outsider', `--namespace=${NAMESPACE}`, '--ignore-not-found']);
    await kubectl(['delete', 'pods', '--all', `--namespace=${namespace}`, '--now']);
    await kubectl(['delete', 'namespace', namespace, '--ignore-not-found']);
  };
  try {
    await applyAll([{ apiVersion: 'v1', kind: 'Namespace', metadata }, admission]);
    await applyAll([pod]);
    await waitForPods(namespace, [pod]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { place: { pod: 'outsider', namespace, container: 'probe' }, stop };
}

const labels = { [LABEL]: 'probe' };

/** Without these policies, the NetworkPolicies of the shop would drop requests that the mesh should refuse. */
function networkPolicies() {
  const mine = { podSelector: { matchLabels: labels } };
  const policy = (name: string, spec: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: NAMESPACE, labels },
    spec,
  });
  return [
    policy('probes-out', { ...mine, policyTypes: ['Egress'], egress: [{}] }),
    policy('probes-in', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [mine] }] }),
  ];
}

function sidecar() {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: { name: 'probe', namespace: NAMESPACE, labels },
    spec: { workloadSelector: { labels }, egress: [{ hosts: ['./*', 'istio-system/*'] }] },
  };
}

function listener(identity: string) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: LISTENER, namespace: NAMESPACE, labels },
    spec: { selector: { app: `probe-${identity}` }, ports: [{ name: 'http-listener', port: IDLE_PORT }] },
  };
}
