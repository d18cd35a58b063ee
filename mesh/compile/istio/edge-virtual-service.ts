import {
  VirtualService,
  type VirtualServiceHttp,
  type VirtualServiceHttpMatch,
} from '../../../imports/networking.istio.io.ts';
import { Service } from '../../graph/service.ts';
import { type Edge, type EdgeRoute, isRetryableRoute } from '../../policy/edge.ts';
import { comparePrecedence, overlaps } from '../../policy/edge-paths.ts';
import { type Retries, UNPROCESSED_CONDITIONS } from '../../policy/retries.ts';
import { serviceLabels } from '../peers/labels.ts';
import { destinations } from './destinations.ts';
import { httpRetries } from './http-retries.ts';
import { versionRoutes } from './version-routes.ts';

/** Leads the edge's routes, and no other path, from the ingress gateway to the edge, which sets its own deadlines. */
export function addEdgeVirtualService(service: Service, edge: Edge): void {
  new VirtualService(service, 'edge-virtual-service', {
    metadata: { name: `${service.name}-edge`, labels: serviceLabels(service) },
    spec: {
      hosts: edge.hosts,
      gateways: [service.name],
      http: groupsOf(edge.routes).flatMap(({ repeatable, routes }) =>
        edgeRoutes(
          service,
          repeatable ? 'repeatable' : 'once',
          edge.routes.filter((route) => routes.has(route)),
          repeatable ? REPEATABLE : UNPROCESSED_RETRIES,
        ),
      ),
    },
  });
}

interface Group {
  readonly repeatable: boolean;
  readonly routes: Set<EdgeRoute>;
}

/**
 * Groups routes by how requests are retried. Istio uses the first group that matches a request. Therefore a route follows
 * the groups with other retries that serve some of its paths.
 */
function groupsOf(routes: readonly EdgeRoute[]): readonly Group[] {
  const groups: Group[] = [
    { repeatable: true, routes: new Set() },
    { repeatable: false, routes: new Set() },
  ];
  for (const route of routes.toSorted(comparePrecedence)) {
    const repeatable = isRetryableRoute(route);
    const last = groups.findLastIndex(
      (group) => group.repeatable !== repeatable && [...group.routes].some((other) => overlaps(route, other)),
    );
    const group = groups.find((group, index) => index > last && group.repeatable === repeatable);
    if (group) group.routes.add(route);
    else groups.push({ repeatable, routes: new Set([route]) });
  }
  return groups;
}

/** A pod of the edge that is killed takes the requests with it that it has: these are sent to another one. */
const REPEATABLE: Retries = {
  max: 2,
  on: [...UNPROCESSED_CONDITIONS, 'reset', 'gateway-error'],
};

/** What no pod has begun. */
const UNPROCESSED_RETRIES: Retries = { max: 2, on: UNPROCESSED_CONDITIONS };

function edgeRoutes(
  service: Service,
  name: string,
  routes: readonly EdgeRoute[],
  retries: Retries,
): readonly VirtualServiceHttp[] {
  if (routes.length === 0) return [];
  return versionRoutes(service, {
    name,
    match: routes.map(routeMatch),
    route: destinations(service, Service.httpPort),
    retries: httpRetries(retries),
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
