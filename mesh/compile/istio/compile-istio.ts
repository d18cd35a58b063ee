import type { Call } from '../../graph/call.ts';
import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import type { Edge } from '../../policy/edge.ts';
import { takesPlaintext } from '../proxyless/bootstrap.ts';
import { usesPostgres } from '../stores.ts';
import {
  callAuthorizationPolicy,
  defaultDenyAuthorizationPolicy,
  postgresAuthorizationPolicy,
} from './authorization-policy.ts';
import { callerDestinationRule, versionsDestinationRule } from './destination-rule.ts';
import { edgeAuthorizationPolicy } from './edge-authorization-policy.ts';
import { edgeVirtualService } from './edge-virtual-service.ts';
import { gateway } from './gateway.ts';
import { passthroughDestinationRule } from './passthrough-destination-rule.ts';
import {
  edgePeerAuthentication,
  plaintextPeerAuthentication,
  strictPeerAuthentication,
} from './peer-authentication.ts';
import { requestAuthentication } from './request-authentication.ts';
import { postgresServiceEntry } from './service-entry.ts';
import { defaultSidecar, sidecar } from './sidecar.ts';
import { telemetry } from './telemetry.ts';
import { virtualService } from './virtual-service.ts';

/** Makes Istio's objects. */
export function compileIstio(platform: Platform, incoming: ReadonlyMap<Service, readonly Call[]>): void {
  strictPeerAuthentication(platform);
  defaultDenyAuthorizationPolicy(platform);
  defaultSidecar(platform);
  telemetry(platform);
  compilePostgres(platform);
  for (const [service, calls] of incoming) {
    sidecar(service);
    versionsDestinationRule(service);
    if (service.serves) virtualService(service, calls);
    if (takesPlaintext(calls) && !service.edge) plaintextPeerAuthentication(service);
    if (service.edge) compileEdge(service, service.edge);
    compileCalls(service);
  }
}

function compilePostgres(platform: Platform): void {
  if (!platform.services.some(usesPostgres)) return;
  if (platform.environment.postgres) postgresServiceEntry(platform);
  else postgresAuthorizationPolicy(platform);
}

function compileEdge(service: Service, edge: Edge): void {
  edgePeerAuthentication(service);
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
    const others = caller.outgoing.filter(({ callee }) => callee === call.callee);
    const enforced = others.find(({ layer }) => layer !== 'app');
    if (enforced) callerDestinationRule(enforced);
    else if (call.layer === 'app') passthroughDestinationRule(call);
  }
}
