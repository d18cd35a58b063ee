import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { applyAll, IDLE_PORT, idlePod, waitForPods } from './idle-pod.ts';
import { type Place, serviceImage } from './pods.ts';

/** Pods of the test, each with the identity of somebody in the shop, and nothing else of theirs. */
export interface Probes {
  /** A probe that calls as `identity`. */
  at(identity: string): Place;
  /** `host:port` of a probe that answers HTTP, and that no policy names. */
  readonly listener: string;
  stop(): Promise<void>;
}

/** Everything that these tests make carries it, with the kind of test as its value. */
const LABEL = 'weft-test';
const LISTENER = 'probe-listener';

/**
 * Starts a probe for each identity. Its labels are its own, so that no VirtualService route, DestinationRule, Sidecar
 * or NetworkPolicy of the identity applies to it: it can send anything anywhere in the namespace, and what refuses it
 * is the callee's AuthorizationPolicy.
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

/** A pod in a namespace of its own, without a sidecar and so without an identity. */
export interface Outsider {
  readonly place: Place;
  stop(): Promise<void>;
}

export async function startOutsider(): Promise<Outsider> {
  const namespace = 'weft-outside';
  const metadata = { name: namespace, labels: { [LABEL]: 'outsider', 'istio-injection': 'disabled' } };
  const pod = idlePod({ name: 'outsider', namespace, image: await serviceImage(), labels: {} });
  const door = {
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
    await applyAll([{ apiVersion: 'v1', kind: 'Namespace', metadata }, door]);
    await applyAll([pod]);
    await waitForPods(namespace, [pod]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { place: { pod: 'outsider', namespace, container: 'probe' }, stop };
}

const labels = { [LABEL]: 'probe' };

/** Where NetworkPolicies are enforced, those of the shop would drop what is to be refused. */
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
