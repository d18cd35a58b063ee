import type { OwnedRoute, SharedEdge } from '../../../graph/shared-edge.ts';
import { milliseconds } from '../../../policy/duration.ts';
import { edgeTimeout, isRetryableRoute, isStreamRoute } from '../../../policy/edge.ts';
import { clusterAddress, type EdgeGatewayOptions, MAX_RETRIES } from '../gateway-options.ts';
import { methodsOf, type PathGroup, pathExpression, pathGroups, routeName } from '../path-groups.ts';
import type { KongConfig, KongPlugin, KongRoute, KongService } from './kong-entities.ts';
import { problemAnswer, requestSizeLimit } from './kong-plugins.ts';

const CONNECT_TIMEOUT_MS = 2_000;
/** Longest silence of a stream, because Kong cannot wait without a limit. */
const STREAM_TIMEOUT_MS = 3_600_000;
/** Routes of one path have this many priorities: those of its methods, of OPTIONS, and of all other methods. */
const PRIORITIES_PER_PATH = 10;

/**
 * Returns a declarative configuration of Kong 3 that serves an edge. Set `router_flavor = expressions` in kong.conf: the
 * other flavors prefer a route with a method to one without, so that the method would decide before the path.
 *
 * Kong differs from the contract of the edge in these points:
 * - Services verify access tokens, not Kong. Its plugin `jwt` needs each public key in the configuration, and cannot read
 *   a JWKS, so keys could not be rotated. It does not compare claims such as the role either.
 * - `retries` belongs to a service of Kong. Therefore a service of the graph is listed once for each retry policy and
 *   timeout. Kong never sends a POST again, so retryable POST routes are only retried if the service could not be reached.
 * - Timeouts limit the time between two reads or writes, and not that of the whole response.
 * - The rate limit counts requests in fixed windows of one second and has no burst. It counts IPv6 clients by address.
 * - Problems of Kong have no `instance` and no `requestId`. Errors of Kong's own plugins and of its proxy are JSON with
 *   the member `message`, and not problems. Any request id of the client is kept, whatever its form.
 * - Kong merges repeated slashes.
 */
export function kongConfig(edge: SharedEdge, options: EdgeGatewayOptions): KongConfig {
  const groups = pathGroups(edge.routes);
  const priorities = new Map(
    groups.map((group, index) => [group, (groups.length - index) * PRIORITIES_PER_PATH] as const),
  );
  const hosts = hostExpression(edge.hosts);
  const forwarded = groups.flatMap((group) =>
    group.routes.map((route) => ({
      route,
      entity: forwardRoute(route, and(hosts, pathTest(group.path)), (priorities.get(group) ?? 0) + 2),
    })),
  );
  const byService = Map.groupBy(forwarded, ({ route }) => kongServiceName(route));
  return {
    _format_version: '3.0',
    services: [...byService.values()].flatMap((entries) => {
      const [first] = entries;
      return first
        ? [
            kongService(
              first.route,
              entries.map(({ entity }) => entity),
              options,
            ),
          ]
        : [];
    }),
    routes: [
      ...groups.flatMap((group) => ownAnswers(group, hosts, priorities.get(group) ?? 0)),
      ownAnswer('not-found', 'http.path ^= "/"', 0, problemAnswer('not-found')),
    ],
    plugins: [
      {
        name: 'correlation-id',
        config: { header_name: 'X-Request-Id', generator: 'uuid', echo_downstream: true },
      },
      {
        name: 'rate-limiting',
        config: { second: options.rateLimit.perSecond, limit_by: 'ip', policy: 'local', error_code: 429 },
      },
    ],
  };
}

/** Returns the name of the service of Kong that has the retries and the timeout of a route: `gateway-repeatable-15s`. */
function kongServiceName(route: OwnedRoute): string {
  const kind = isRetryableRoute(route) ? 'repeatable' : retriesOf(route) > 0 ? 'once' : 'one-try';
  return [route.service.name, kind, edgeTimeout(route).replace('none', 'stream')].join('-');
}

/**
 * Returns the retries of a route. Kong does not send a POST again once a part of it was sent. It sends other methods
 * again, so those that are not repeatable get one try.
 */
function retriesOf(route: OwnedRoute): number {
  return isRetryableRoute(route) || route.method === 'POST' ? MAX_RETRIES : 0;
}

function kongService(
  route: OwnedRoute,
  routes: readonly KongRoute[],
  options: EdgeGatewayOptions,
): KongService {
  const address = (options.addressOf ?? clusterAddress)(route.service);
  const colon = address.lastIndexOf(':');
  const timeout = edgeTimeout(route);
  const timeoutMs = timeout === 'none' ? STREAM_TIMEOUT_MS : Math.max(1, Math.round(milliseconds(timeout)));
  return {
    name: kongServiceName(route),
    protocol: 'http',
    host: address.slice(0, colon),
    port: Number(address.slice(colon + 1)),
    retries: retriesOf(route),
    connect_timeout: CONNECT_TIMEOUT_MS,
    read_timeout: timeoutMs,
    write_timeout: timeoutMs,
    routes,
  };
}

function forwardRoute(route: OwnedRoute, request: string, priority: number): KongRoute {
  const sizeLimit = requestSizeLimit(route);
  return {
    ...kongRoute(routeName(route).replace('/', '.'), and(request, methodTest(methodsOf(route))), priority),
    request_buffering: route.body?.maxBytes !== 'unlimited',
    response_buffering: !isStreamRoute(route),
    ...(sizeLimit.length > 0 && { plugins: sizeLimit }),
  };
}

/** Returns the routes with which Kong answers OPTIONS, and methods that a path does not allow. */
function ownAnswers(
  { path, allow, routes }: PathGroup,
  hosts: string,
  priority: number,
): readonly KongRoute[] {
  const [first] = routes;
  const name = first ? routeName(first).replace('/', '.') : '';
  const request = and(hosts, pathTest(path));
  const allowHeader = { name: 'response-transformer', config: { add: { headers: [`Allow:${allow}`] } } };
  const noContent = { name: 'request-termination', config: { status_code: 204 } };
  return [
    ownAnswer(`options.${name}`, and(request, methodTest(['OPTIONS'])), priority + 1, noContent, allowHeader),
    ownAnswer(
      `method-not-allowed.${name}`,
      request,
      priority,
      problemAnswer('method-not-allowed'),
      allowHeader,
    ),
  ];
}

function ownAnswer(
  name: string,
  expression: string,
  priority: number,
  ...plugins: readonly KongPlugin[]
): KongRoute {
  return { ...kongRoute(name, expression, priority), plugins };
}

function kongRoute(name: string, expression: string, priority: number) {
  return {
    name,
    expression,
    priority,
    protocols: ['http', 'https'],
    strip_path: false,
    preserve_host: true,
  } as const;
}

function pathTest(path: string): string {
  return path.includes('{') ? `http.path ~ "^${pathExpression(path)}$"` : `http.path == "${path}"`;
}

function methodTest(methods: readonly string[]): string {
  return or(methods.map((method) => `http.method == "${method}"`));
}

/** Returns a condition for the hosts of an edge; empty for any host. */
function hostExpression(hosts: readonly string[]): string {
  if (hosts.includes('*')) return '';
  return or(
    hosts.map((host) =>
      host.startsWith('*.') ? `http.host =^ "${host.slice(1)}"` : `http.host == "${host}"`,
    ),
  );
}

function and(...conditions: readonly string[]): string {
  return conditions.filter(Boolean).join(' && ');
}

function or(conditions: readonly string[]): string {
  return conditions.length === 1 ? (conditions[0] ?? '') : `(${conditions.join(' || ')})`;
}
