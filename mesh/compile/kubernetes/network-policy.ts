import {
  NetworkPolicy,
  type NetworkPolicyEgressRule,
  type NetworkPolicyIngressRule,
} from '../../../imports/kubernetes.ts';
import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import { Service } from '../../graph/service.ts';
import { externalBroker, hasEvents, inClusterBroker } from '../peers/broker.ts';
import { INGRESS_GATEWAY, ISTIOD } from '../peers/control-plane.ts';
import { portOf } from '../peers/host-and-port.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';
import { POSTGRES, postgresServer, usesPostgres } from '../peers/stores.ts';
import { hasProxylessCalls, PLAIN_XDS_PORT } from '../proxyless/bootstrap.ts';
import { API_SERVER_PORT, choosesEndpoints } from './endpoint-access.ts';
import { inNamespace, pods } from './network-peer.ts';
import { platformEgress } from './platform-egress.ts';

/** Adds a NetworkPolicy that denies all traffic. The other policies allow what the graph declares. */
export function addDefaultDenyNetworkPolicy(platform: Platform): void {
  new NetworkPolicy(platform, 'network-policy', {
    metadata: { name: 'default-deny' },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  });
}

/**
 * Adds the NetworkPolicy of a service. It allows ingress from the callers, and egress to the callees, the store, the
 * broker and the infrastructure that every pod needs.
 * @param incoming the calls to this service
 */
export function addNetworkPolicy(service: Service, incoming: readonly Call[]): void {
  const ingress = [...callerRules(incoming), ...edgeRules(service)];
  new NetworkPolicy(service, 'network-policy', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: {
      podSelector: { matchLabels: serviceSelector(service) },
      policyTypes: ['Ingress', 'Egress'],
      ...(ingress.length > 0 && { ingress }),
      egress: [
        ...calleeRules(service),
        ...postgresRules(service),
        ...brokerRules(service),
        ...endpointRules(service),
        ...istiodRules(service),
        ...platformEgress(service.platform),
      ],
    },
  });
}

function callerRules(incoming: readonly Call[]): readonly NetworkPolicyIngressRule[] {
  const callers = new Set(incoming.map((call) => call.caller));
  if (callers.size === 0) return [];
  return [{ from: [...callers].map(pods), ports: [{ port: Service.grpcPort }] }];
}

function edgeRules(service: Service): readonly NetworkPolicyIngressRule[] {
  if (!service.edge) return [];
  const ports = [{ port: Service.httpPort }];
  if (!service.platform.environment.hasIstio) return [{ ports }];
  // istiod fetches the public keys of access tokens.
  const from = [INGRESS_GATEWAY, ISTIOD].map(inNamespace);
  return [{ from, ports }];
}

function calleeRules(service: Service): readonly NetworkPolicyEgressRule[] {
  const callees = new Set(service.outgoingCalls.map((call) => call.callee));
  if (callees.size === 0) return [];
  return [{ to: [...callees].map(pods), ports: [{ port: Service.grpcPort }] }];
}

/** Allows any address, because the API server has no pods and its address differs from cluster to cluster. */
function endpointRules(service: Service): readonly NetworkPolicyEgressRule[] {
  return choosesEndpoints(service) ? [{ ports: [{ port: API_SERVER_PORT }, { port: 6_443 }] }] : [];
}

/** Allows xDS from istiod, which configures calls of the layer `proxyless`. */
function istiodRules(service: Service): readonly NetworkPolicyEgressRule[] {
  if (!hasProxylessCalls(service)) return [];
  return [{ to: [inNamespace(ISTIOD)], ports: [{ port: PLAIN_XDS_PORT }] }];
}

function postgresRules(service: Service): readonly NetworkPolicyEgressRule[] {
  if (!usesPostgres(service)) return [];
  const { postgres } = service.platform.environment;
  if (postgres) {
    // NetworkPolicies match addresses, not host names.
    const to = postgres.networkCidr ? { to: [{ ipBlock: { cidr: postgres.networkCidr } }] } : {};
    return [{ ...to, ports: [{ port: postgresServer(service.platform).port }] }];
  }
  return [{ to: [pods(POSTGRES)], ports: [{ port: POSTGRES.port }] }];
}

function brokerRules(service: Service): readonly NetworkPolicyEgressRule[] {
  if (!hasEvents(service)) return [];
  const clusterBroker = inClusterBroker(service.platform);
  if (clusterBroker) return [{ to: [pods(clusterBroker)], ports: [{ port: clusterBroker.port }] }];
  const broker = externalBroker(service.platform);
  if (!broker) return [];
  const to = broker.networkCidr ? { to: [{ ipBlock: { cidr: broker.networkCidr } }] } : {};
  return [{ ...to, ports: [...new Set(broker.addresses.map(portOf))].map((port) => ({ port })) }];
}
