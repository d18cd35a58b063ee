import type { Call } from '../graph/call.ts';
import type { Platform } from '../graph/platform.ts';
import type { Service } from '../graph/service.ts';
import { compileIstio } from './istio/compile-istio.ts';
import { compileKubernetes } from './kubernetes/compile-kubernetes.ts';

/**
 * Makes the manifests of a platform, as constructs below the service or call that each is for. To be called once,
 * when the graph is complete.
 */
export function compile(platform: Platform): void {
  const incoming = incomingCalls(platform);
  compileKubernetes(platform, incoming);
  if (platform.environment.hasIstio) compileIstio(platform, incoming);
}

/** The calls to each service, in one walk of the graph. */
function incomingCalls(platform: Platform): ReadonlyMap<Service, readonly Call[]> {
  const incoming = new Map<Service, Call[]>(platform.services.map((service) => [service, []]));
  for (const call of platform.calls) incoming.get(call.callee)?.push(call);
  return incoming;
}
