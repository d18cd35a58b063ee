import { VirtualService, type VirtualServiceHttpMatch } from '../../../imports/networking.istio.io.ts';
import { Service } from '../../graph/service.ts';
import type { Edge, EdgeRoute } from '../../policy/edge.ts';
import { serviceLabels } from '../labels.ts';
import { destinations } from './destinations.ts';
import { NOTHING_ADDED } from './virtual-service.ts';

/** Leads the edge's routes, and no other path, from the ingress gateway to the edge, which sets its own deadlines. */
export function edgeVirtualService(service: Service, edge: Edge): void {
  new VirtualService(service, 'edge-virtual-service', {
    metadata: { name: `${service.name}-edge`, labels: serviceLabels(service) },
    spec: {
      hosts: edge.hosts,
      gateways: [service.name],
      http: [
        {
          name: 'edge',
          match: edge.routes.map(routeMatch),
          route: destinations(service, Service.httpPort),
          ...NOTHING_ADDED,
        },
      ],
    },
  });
}

function routeMatch({ method, path }: EdgeRoute): VirtualServiceHttpMatch {
  return {
    method: { exact: method },
    uri: path.includes('{') ? { regex: pathPattern(path) } : { exact: path },
  };
}

/** `/v1/orders/{id}` as an RE2 expression, which Envoy matches against the whole path. */
function pathPattern(path: string): string {
  return path
    .split(/\{[^}]+\}/)
    .map((literal) => literal.replaceAll(/[.+*?^$()[\]|\\]/g, '\\$&'))
    .join('[^/]+');
}
