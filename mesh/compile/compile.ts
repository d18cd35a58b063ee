import type { Call } from '../graph/call.ts';
import type { Platform } from '../graph/platform.ts';
import type { Service } from '../graph/service.ts';
import { compileIstioGateway } from './gateways/istio/compile-istio-gateway.ts';
import { compileIstio } from './istio/compile-istio.ts';
import { compileKubernetes } from './kubernetes/compile-kubernetes.ts';

/**
 * Adds the Kubernetes objects of a platform to the construct tree, each below its service or call. Call it once, after
 * the graph is complete.
 */
export function compile(platform: Platform): void {
  const incoming = incomingCalls(platform);
  compileKubernetes(platform, incoming);
  if (!platform.environment.hasIstio) return;
  compileIstio(platform, incoming);
  compileIstioGateway(platform);
}

/** Returns the calls to each service, computed once for all compilers. */
function incomingCalls(platform: Platform): ReadonlyMap<Service, readonly Call[]> {
  const callsByCallee = Map.groupBy(platform.calls, ({ callee }) => callee);
  return new Map(platform.services.map((service) => [service, callsByCallee.get(service) ?? []]));
}
