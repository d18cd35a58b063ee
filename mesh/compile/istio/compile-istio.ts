import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import { Service } from '../../graph/service.ts';
import type { Edge } from '../../policy/edge.ts';
import { clusterServers } from '../peers/cluster-servers.ts';
import { outerServers } from '../peers/outer-servers.ts';
import { usesPostgres } from '../peers/stores.ts';
import { takesPlaintext } from '../proxyless/bootstrap.ts';
import {
  callAuthorizationPolicy,
  clusterServerAuthorizationPolicy,
  defaultDenyAuthorizationPolicy,
} from './authorization-policy.ts';
import { clusterServerDestinationRule } from './cluster-server-destination-rule.ts';
import { callerDestinationRule, versionsDestinationRule } from './destination-rule.ts';
import { edgeAuthorizationPolicy } from './edge-authorization-policy.ts';
import { edgeVirtualService } from './edge-virtual-service.ts';
import { gateway } from './gateway.ts';
import { monitoringAuthorizationPolicy } from './monitoring-authorization-policy.ts';
import { passthroughDestinationRule } from './passthrough-destination-rule.ts';
import { plaintextPeerAuthentication, strictPeerAuthentication } from './peer-authentication.ts';
import { requestAuthentication } from './request-authentication.ts';
import { outerServerEntry } from './service-entry.ts';
import { defaultSidecar, sidecar } from './sidecar.ts';
import { telemetry } from './telemetry.ts';
import { virtualService } from './virtual-service.ts';

/** Makes Istio's objects. */
export function compileIstio(platform: Platform, incoming: ReadonlyMap<Service, readonly Call[]>): void {
  strictPeerAuthentication(platform);
  defaultDenyAuthorizationPolicy(platform);
  monitoringAuthorizationPolicy(platform);
  defaultSidecar(platform);
  telemetry(platform);
  for (const server of clusterServers(platform)) {
    clusterServerAuthorizationPolicy(platform, server);
    clusterServerDestinationRule(platform, server);
  }
  for (const server of outerServers(platform)) {
    const isUsed =
      server.name === 'postgres' ? platform.services.some(usesPostgres) : platform.topics.length > 0;
    if (isUsed) outerServerEntry(platform, server);
  }
  for (const [service, calls] of incoming) {
    sidecar(service);
    versionsDestinationRule(service);
    if (service.serves) virtualService(service, calls);
    compilePlaintext(service, calls);
    if (service.edge) compileEdge(service, service.edge);
    compileCalls(service);
  }
}

/** Ports to which somebody comes without a certificate: istiod to the edge, processes that istiod tells what to do. */
function compilePlaintext(service: Service, incoming: readonly Call[]): void {
  const ports = [
    ...(service.edge ? [Service.httpPort] : []),
    ...(takesPlaintext(incoming) ? [Service.grpcPort] : []),
  ];
  if (ports.length > 0) plaintextPeerAuthentication(service, ports);
}

function compileEdge(service: Service, edge: Edge): void {
  requestAuthentication(service, edge);
  edgeAuthorizationPolicy(service, edge);
  gateway(service, edge);
  edgeVirtualService(service, edge);
}

function compileCalls(caller: Service): void {
  const ruled = new Set<Service>();
  for (const call of caller.outgoing) {
    callAuthorizationPolicy(call);
    if (ruled.has(call.callee)) continue;
    ruled.add(call.callee);
    // All calls of a pair are of one layer (the check says so).
    if (call.layer === 'app') passthroughDestinationRule(call);
    else callerDestinationRule(call);
  }
}
