import {
  VirtualService,
  type VirtualServiceHttp,
  type VirtualServiceHttpMatch,
} from '../../../../imports/networking.istio.io.ts';
import { Service } from '../../../graph/service.ts';
import type { OwnedRoute, SharedEdge } from '../../../graph/shared-edge.ts';
import { edgeTimeout, isRetryableRoute } from '../../../policy/edge.ts';
import { overlaps } from '../../../policy/edge-paths.ts';
import { type Retries, UNPROCESSED_CONDITIONS } from '../../../policy/retries.ts';
import { destinations } from '../../istio/destinations.ts';
import { httpRetries } from '../../istio/http-retries.ts';
import { istioDuration } from '../../istio/istio-duration.ts';
import { versionRoutes } from '../../istio/version-routes.ts';
import { serviceLabels } from '../../peers/labels.ts';
import { methodsOf, pathExpression, pathGroups } from '../path-groups.ts';

/**
 * Adds the VirtualService from the ingress gateway to the services of an edge. The gateway itself answers OPTIONS, and
 * methods that a path does not allow. It answers unknown paths with 404, because no entry matches them.
 */
export function addEdgeVirtualService(edge: SharedEdge): void {
  const [first] = edge.services;
  new VirtualService(first, 'edge-virtual-service', {
    metadata: { name: `${edge.name}-edge`, labels: serviceLabels(first) },
    spec: {
      hosts: edge.hosts,
      gateways: [edge.name],
      http: groupsOf(matchesOf(edge.routes)).flatMap(({ action, matches }) => httpRoutes(action, matches)),
    },
  });
}

/** The response of the ingress gateway to a request: that of a service, or its own. */
type Action =
  | {
      readonly kind: 'forward';
      readonly name: string;
      readonly service: Service;
      readonly retries: Retries;
      /** Istio's default is no limit. */
      readonly timeout: string | undefined;
    }
  | { readonly kind: 'answer'; readonly name: string; readonly status: number; readonly allow: string };

interface Match {
  readonly path: string;
  /** @default any method */
  readonly method?: string;
  readonly action: Action;
}

/** Returns the matches of all paths. An earlier match applies if several match a request. */
function matchesOf(routes: readonly OwnedRoute[]): readonly Match[] {
  return pathGroups(routes).flatMap(({ path, allow, routes: ofPath }) => [
    ...ofPath.map((route) => ({ path, method: methodsOf(route).join('|'), action: forward(route) })),
    { path, method: 'OPTIONS', action: { kind: 'answer', name: 'options', status: 204, allow } } as const,
    { path, action: { kind: 'answer', name: 'method-not-allowed', status: 405, allow } } as const,
  ]);
}

/** Retries requests that were in flight when a pod of the edge was killed. */
const RETRYABLE_RETRIES: Retries = {
  max: 2,
  on: [...UNPROCESSED_CONDITIONS, 'reset', 'gateway-error'],
};

/** Retries only requests that no pod has started to process. */
const UNPROCESSED_RETRIES: Retries = { max: 2, on: UNPROCESSED_CONDITIONS };

function forward(route: OwnedRoute): Action {
  const { service } = route;
  const isRetryable = isRetryableRoute(route);
  const timeout = edgeTimeout(route);
  return {
    kind: 'forward',
    name: [service.name, isRetryable ? 'repeatable' : 'once', ...(timeout === 'none' ? ['stream'] : [])].join(
      '-',
    ),
    service,
    retries: isRetryable ? RETRYABLE_RETRIES : UNPROCESSED_RETRIES,
    timeout: timeout === 'none' ? undefined : istioDuration(timeout),
  };
}

interface MatchGroup {
  readonly key: string;
  readonly action: Action;
  readonly matches: Match[];
}

/**
 * Groups matches by their action. Istio applies the first group that matches a request. Therefore a match is placed
 * after all groups with other actions that match some of its requests.
 */
function groupsOf(all: readonly Match[]): readonly MatchGroup[] {
  const groups: MatchGroup[] = [];
  for (const match of all) {
    const key = keyOf(match.action);
    const lastConflict = groups.findLastIndex(
      (group) => group.key !== key && group.matches.some((other) => matchSameRequests(match, other)),
    );
    const group = groups.find((other, index) => index > lastConflict && other.key === key);
    if (group) group.matches.push(match);
    else groups.push({ key, action: match.action, matches: [match] });
  }
  return groups;
}

function keyOf(action: Action): string {
  const { service, ...rest } = action.kind === 'forward' ? action : { ...action, service: undefined };
  return JSON.stringify([service?.name, rest]);
}

function matchSameRequests(one: Match, other: Match): boolean {
  const sameMethod = !one.method || !other.method || one.method === other.method;
  return sameMethod && overlaps(one, other);
}

function httpRoutes(action: Action, matches: readonly Match[]): readonly VirtualServiceHttp[] {
  const match = matches.map(requestMatch);
  if (action.kind === 'answer') {
    const { name, status, allow } = action;
    return [{ name, match, directResponse: { status }, headers: { response: { set: { allow } } } }];
  }
  const { service, name, retries, timeout } = action;
  return versionRoutes(service, {
    name,
    match,
    route: destinations(service, Service.httpPort),
    retries: httpRetries(retries),
    ...(timeout && { timeout }),
  });
}

function requestMatch({ method, path }: Match): VirtualServiceHttpMatch {
  return {
    ...(method && { method: method.includes('|') ? { regex: method } : { exact: method } }),
    uri: path.includes('{') ? { regex: pathExpression(path) } : { exact: path },
  };
}
