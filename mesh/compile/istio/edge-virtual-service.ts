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

/**
 * Adds the VirtualService from the ingress gateway to the routes of the edge. It sets no timeout, because the edge
 * process enforces the timeouts of its routes.
 */
export function addEdgeVirtualService(service: Service, edge: Edge): void {
  new VirtualService(service, 'edge-virtual-service', {
    metadata: { name: `${service.name}-edge`, labels: serviceLabels(service) },
    spec: {
      hosts: edge.hosts,
      gateways: [service.name],
      http: groupsOf(edge.routes).flatMap(({ isRetryable, routes }) =>
        edgeRoutes(
          service,
          isRetryable ? 'repeatable' : 'once',
          edge.routes.filter((route) => routes.has(route)),
          isRetryable ? RETRYABLE_RETRIES : UNPROCESSED_RETRIES,
        ),
      ),
    },
  });
}

interface RouteGroup {
  readonly isRetryable: boolean;
  readonly routes: Set<EdgeRoute>;
}

/**
 * Groups routes by their retries. Istio applies the first group that matches a request. Therefore a route is placed
 * after all groups with other retries that match some of its paths.
 */
function groupsOf(routes: readonly EdgeRoute[]): readonly RouteGroup[] {
  const groups: RouteGroup[] = [
    { isRetryable: true, routes: new Set() },
    { isRetryable: false, routes: new Set() },
  ];
  for (const route of routes.toSorted(comparePrecedence)) {
    const isRetryable = isRetryableRoute(route);
    const lastConflict = groups.findLastIndex(
      (group) =>
        group.isRetryable !== isRetryable && [...group.routes].some((other) => overlaps(route, other)),
    );
    const group = groups.find((group, index) => index > lastConflict && group.isRetryable === isRetryable);
    if (group) group.routes.add(route);
    else groups.push({ isRetryable, routes: new Set([route]) });
  }
  return groups;
}

/** Retries requests that were in flight when a pod of the edge was killed. */
const RETRYABLE_RETRIES: Retries = {
  max: 2,
  on: [...UNPROCESSED_CONDITIONS, 'reset', 'gateway-error'],
};

/** Retries only requests that no pod has started to process. */
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

/** Converts a path such as `/v1/orders/{id}` to an RE2 expression, which Envoy matches against the whole path. */
function pathPattern(path: string): string {
  return path
    .split(/\{[^}]+\}/)
    .map((literal) => literal.replaceAll(/[.+*?^$()[\]|\\]/g, '\\$&'))
    .join('[^/]+');
}
