import {
  NetworkPolicy,
  type NetworkPolicyEgressRule,
  type NetworkPolicyIngressRule,
  type NetworkPolicyPeer,
} from '../../imports/kubernetes.ts';
import { inNamespace, pods } from '../../mesh/compile/kubernetes/network-peer.ts';
import { platformEgress } from '../../mesh/compile/kubernetes/platform-egress.ts';
import {
  INGRESS_GATEWAY,
  ISTIO_NAMESPACE,
  ISTIOD,
  SIDECAR_METRICS_PORTS,
} from '../../mesh/compile/peers/control-plane.ts';
import { platformSelector } from '../../mesh/compile/peers/labels.ts';
import { Service } from '../../mesh/graph/service.ts';
import type { PartClient, PartPort } from './access.ts';
import { PART_NAMES, partLabels } from './names.ts';
import type { ObservabilityPart } from './settings.ts';
import type { Stack } from './stack.ts';

/** Port of the API server behind the Service `kubernetes`: before and after the translation of its address. */
const API_SERVER_PORTS = [{ port: 443 }, { port: 6_443 }];

/** Port of istiod from which Kiali reads the version and the state of the mesh. */
const ISTIOD_STATUS_PORT = 15_014;

/** Denies all traffic in the namespace of the stack, except what the table of ports declares. */
export function addNetworkPolicies(stack: Stack): void {
  new NetworkPolicy(stack.chart, 'network-policy', {
    metadata: { name: 'default-deny' },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  });
  for (const part of stack.parts) {
    const ingress = [...clientRules(stack, part), ...scrapeRules(stack)];
    new NetworkPolicy(stack.chart, `${part}-network-policy`, {
      metadata: { name: PART_NAMES[part], labels: partLabels(part) },
      spec: {
        podSelector: { matchLabels: { app: PART_NAMES[part] } },
        policyTypes: ['Ingress', 'Egress'],
        ...(ingress.length > 0 && { ingress }),
        egress: [
          ...serverRules(stack, part),
          ...(part === 'prometheus' ? targetRules(stack) : []),
          ...(part === 'kiali' ? [{ to: [inNamespace(ISTIOD)], ports: [{ port: ISTIOD_STATUS_PORT }] }] : []),
          // The API server has no pods, and its address differs from cluster to cluster.
          ...(part === 'prometheus' || part === 'kiali' ? [{ ports: API_SERVER_PORTS }] : []),
          ...platformEgress({ environment: { ...stack.platform.environment, telemetry: [] } }),
        ],
      },
    });
  }
}

function clientRules(stack: Stack, part: ObservabilityPart): readonly NetworkPolicyIngressRule[] {
  return stack
    .portsOf(part)
    .flatMap(({ port, clients }) =>
      clients.length > 0 ? [{ from: clients.map((client) => peer(stack, client)), ports: [{ port }] }] : [],
    );
}

/** Admits Prometheus to the metrics of sidecars. */
function scrapeRules({ parts }: Stack): readonly NetworkPolicyIngressRule[] {
  if (!parts.has('prometheus')) return [];
  const from = [pods({ name: PART_NAMES.prometheus })];
  return [{ from, ports: SIDECAR_METRICS_PORTS.map((port) => ({ port })) }];
}

/** Admits a part to the ports of which it is a client. */
function serverRules(stack: Stack, client: ObservabilityPart): readonly NetworkPolicyEgressRule[] {
  return [...stack.parts].flatMap((part) => {
    const ports = stack
      .portsOf(part)
      .filter(({ clients }: PartPort) => clients.includes(client))
      .map(({ port }) => ({ port }));
    return ports.length > 0 ? [{ to: [pods({ name: PART_NAMES[part] })], ports }] : [];
  });
}

/** Admits Prometheus to the metrics of processes, sidecars and Istio. Istio's pods name their ports in annotations. */
function targetRules({ platform }: Stack): readonly NetworkPolicyEgressRule[] {
  const shop = { namespaceSelector: named(platform.namespace) };
  return [
    { to: [shop], ports: [Service.adminPort, ...SIDECAR_METRICS_PORTS].map((port) => ({ port })) },
    { to: [{ podSelector: {} }], ports: SIDECAR_METRICS_PORTS.map((port) => ({ port })) },
    { to: [{ namespaceSelector: named(ISTIO_NAMESPACE) }] },
  ];
}

function peer({ platform }: Stack, client: PartClient): NetworkPolicyPeer {
  if (client === 'ingress') return inNamespace(INGRESS_GATEWAY);
  if (client === 'shop')
    return {
      namespaceSelector: named(platform.namespace),
      podSelector: { matchLabels: platformSelector(platform) },
    };
  return pods({ name: PART_NAMES[client] });
}

function named(namespace: string) {
  return { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
}
