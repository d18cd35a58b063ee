import type { NetworkPolicyEgressRule } from '../../../imports/kubernetes.ts';
import type { Environment } from '../../graph/environment.ts';
import { KUBE_DNS } from '../../graph/external-peers.ts';
import type { PlatformScope } from '../../graph/scopes.ts';
import { ISTIOD, ISTIOD_XDS_PORT } from '../peers/control-plane.ts';
import { telemetryPorts } from '../peers/telemetry-peers.ts';
import { inNamespace } from './network-peer.ts';

/** Returns the egress rules of every pod: to DNS, to the telemetry collectors and, with a sidecar, to istiod. */
export function platformEgress({
  environment,
}: Pick<PlatformScope, 'environment'>): readonly NetworkPolicyEgressRule[] {
  const { hasIstio, telemetry = [] } = environment;
  return [
    ...dnsRules(environment),
    ...telemetry.map((peer) => ({
      to: [inNamespace(peer)],
      ports: telemetryPorts(peer).map((port) => ({ port })),
    })),
    ...(hasIstio ? [{ to: [inNamespace(ISTIOD)], ports: [{ port: ISTIOD_XDS_PORT }] }] : []),
  ];
}

/** Returns the distinct ports of the DNS servers. */
export function dnsPorts({ dns = [KUBE_DNS] }: Environment): readonly number[] {
  return [...new Set(dns.map(({ port = 53 }) => port))];
}

/** Allows UDP and TCP, because responses that do not fit into a UDP datagram are fetched over TCP (RFC 7766). */
function dnsRules(environment: Environment): readonly NetworkPolicyEgressRule[] {
  const { dns = [KUBE_DNS] } = environment;
  return dnsPorts(environment).map((port) => ({
    to: dns
      .filter((peer) => (peer.port ?? 53) === port)
      .map((peer) => ('cidr' in peer ? { ipBlock: { cidr: peer.cidr } } : inNamespace(peer))),
    ports: [
      { protocol: 'UDP', port },
      { protocol: 'TCP', port },
    ],
  }));
}
