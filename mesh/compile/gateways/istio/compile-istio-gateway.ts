import type { Platform } from '../../../graph/platform.ts';
import { sharedEdges } from '../../../graph/shared-edge.ts';
import { addEdgeAuthorizationPolicy } from './edge-authorization-policy.ts';
import { addEdgeEnvoyFilter, addIngressEnvoyFilter } from './edge-envoy-filter.ts';
import { addEdgeVirtualService } from './edge-virtual-service.ts';
import { addGateway } from './gateway.ts';
import { addRequestAuthentication } from './request-authentication.ts';

/** Adds the objects with which Istio's ingress gateway, and the sidecars of its services, enforce the edges of a platform. */
export function compileIstioGateway(platform: Platform): void {
  for (const edge of sharedEdges(platform.services)) {
    for (const service of edge.services) {
      if (!service.edge) continue;
      const needsToken = service.edge.routes.some(({ access }) => access !== 'public');
      if (needsToken) addRequestAuthentication(service, edge);
      addEdgeAuthorizationPolicy(service, service.edge);
      addEdgeEnvoyFilter(service);
    }
    addGateway(edge);
    addIngressEnvoyFilter(edge);
    addEdgeVirtualService(edge);
  }
}
