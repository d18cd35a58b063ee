import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import type { ServiceScope } from '../../graph/scopes.ts';
import { Service } from '../../graph/service.ts';
import { clusterServers } from '../peers/cluster-servers.ts';
import { externalServers } from '../peers/external-servers.ts';
import { usesPostgres } from '../peers/stores.ts';
import { acceptsPlaintext } from '../proxyless/bootstrap.ts';
import {
  addCallAuthorizationPolicy,
  addClusterServerAuthorizationPolicy,
  addDefaultDenyAuthorizationPolicy,
} from './authorization-policy.ts';
import { addClusterServerDestinationRule } from './cluster-server-destination-rule.ts';
import { addCallerDestinationRule, addVersionsDestinationRule } from './destination-rule.ts';
import { addMonitoringAuthorizationPolicy } from './monitoring-authorization-policy.ts';
import { addPassthroughDestinationRule } from './passthrough-destination-rule.ts';
import { addPlaintextPeerAuthentication, addStrictPeerAuthentication } from './peer-authentication.ts';
import { addExternalServerEntry } from './service-entry.ts';
import { addDefaultSidecar, addSidecar } from './sidecar.ts';
import { addTelemetry } from './telemetry.ts';
import { addVirtualService } from './virtual-service.ts';

/** Adds the Istio objects of a platform. */
export function compileIstio(platform: Platform, incoming: ReadonlyMap<Service, readonly Call[]>): void {
  addStrictPeerAuthentication(platform);
  addDefaultDenyAuthorizationPolicy(platform);
  addMonitoringAuthorizationPolicy(platform);
  addDefaultSidecar(platform);
  addTelemetry(platform);
  for (const server of clusterServers(platform)) {
    addClusterServerAuthorizationPolicy(platform, server);
    addClusterServerDestinationRule(platform, server);
  }
  for (const server of externalServers(platform)) {
    const isUsed =
      server.name === 'postgres' ? platform.services.some(usesPostgres) : platform.topics.length > 0;
    if (isUsed) addExternalServerEntry(platform, server);
  }
  for (const [service, calls] of incoming) {
    addSidecar(service);
    addVersionsDestinationRule(service);
    if (service.serves) addVirtualService(service, calls);
    compilePlaintext(service, calls);
    compileCalls(service);
  }
}

/**
 * Opens the ports that have clients without a certificate: istiod at the edge, and callers of the layer `proxyless`.
 */
function compilePlaintext(service: Service, incoming: readonly Call[]): void {
  const ports = [
    ...(service.edge ? [Service.httpPort] : []),
    ...(acceptsPlaintext(incoming) ? [Service.grpcPort] : []),
  ];
  if (ports.length > 0) addPlaintextPeerAuthentication(service, ports);
}

function compileCalls(caller: Service): void {
  const calleesWithRule = new Set<ServiceScope>();
  for (const call of caller.outgoingCalls) {
    addCallAuthorizationPolicy(call);
    if (calleesWithRule.has(call.callee)) continue;
    calleesWithRule.add(call.callee);
    // The check of the graph ensures that all calls of a pair have the same layer.
    if (call.layer === 'app') addPassthroughDestinationRule(call);
    else addCallerDestinationRule(call);
  }
}
