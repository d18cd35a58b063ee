import type { OwnedRoute, SharedEdge } from '../../../graph/shared-edge.ts';
import { milliseconds } from '../../../policy/duration.ts';
import { edgeTimeout, isRetryableRoute, isStreamRoute } from '../../../policy/edge.ts';
import { AUTHORIZATION_PATH, REQUIRED_ROLE_PARAMETER } from '../../../policy/edge-authorization.ts';
import { MAX_UNREAD_BODY_BYTES, tokenVerifierOf } from '../gateway-options.ts';
import { methodsOf, type PathGroup, pathExpression, pathGroups, routeName } from '../path-groups.ts';
import { block, type NginxBlock, type NginxLine, quoted } from './nginx-lines.ts';
import { INTERNAL } from './nginx-problems.ts';

/** Longest silence of a stream, because nginx cannot wait without a limit. */
const STREAM_TIMEOUT = '1h';

/**
 * Returns a location for each path, in the order in which paths precede each other, and one for all other paths. nginx
 * tries exact locations first, and then regular expressions in their order. An exact path precedes every path with
 * parameters, so this is the precedence of the edge.
 *
 * The location of a path only selects the location of the route by the method, because limits and timeouts cannot
 * depend on a condition.
 */
export function pathLocations({ hosts, routes }: SharedEdge): readonly NginxBlock[] {
  return [
    ...pathGroups(routes).map((group) => pathLocation(group, !hosts.includes('*'))),
    block('location /', ['return 404']),
  ];
}

function pathLocation({ path, allow, routes }: PathGroup, isPerHost: boolean): NginxBlock {
  // `$` would match before a line feed at the end as well, which a client can send as %0A.
  const match = path.includes('{') ? `~ ${quoted(`^${pathExpression(path)}\\z`)}` : `= ${path}`;
  return block(`location ${match}`, [
    ...(isPerHost ? [condition('$is_other_host', 'return 404')] : []),
    condition('$is_ambiguous_target', 'return 404'),
    `set $route ${quoted(path)}`,
    `set $allow ${quoted(allow)}`,
    ...routes.map((route) => condition(methodTest(route), `rewrite ^ ${routeLocationPath(route)} last`)),
    condition('$request_method = OPTIONS', `rewrite ^ ${INTERNAL}options last`),
    'return 405',
  ]);
}

function condition(test: string, action: string): NginxBlock {
  return block(`if (${test})`, [action]);
}

function methodTest(route: OwnedRoute): string {
  const methods = methodsOf(route);
  const [only, ...others] = methods;
  return others.length === 0
    ? `$request_method = ${only}`
    : `$request_method ~ ${quoted(`^(?:${methods.join('|')})\\z`)}`;
}

function routeLocationPath(route: OwnedRoute): string {
  return `${INTERNAL}route/${routeName(route)}`;
}

/** Returns the locations that only nginx itself enters: one for each route, for OPTIONS and for access tokens. */
export function internalLocations(edge: SharedEdge): readonly NginxBlock[] {
  return [
    ...edge.routes.map(routeLocation),
    block(`location = ${INTERNAL}options`, [
      'internal',
      'add_header Allow $allow',
      'add_header X-Request-Id $weft_request_id',
      'return 204',
    ]),
    ...(edge.routes.some(({ access }) => access !== 'public') ? [authorizationLocation(edge)] : []),
  ];
}

/**
 * Returns the location that forwards the requests of a route. It forwards the target as the client sent it, because the
 * service normalizes it in the same way, and nginx would decode characters that have a meaning for the service.
 */
function routeLocation(route: OwnedRoute): NginxBlock {
  return block(`location = ${routeLocationPath(route)}`, [
    'internal',
    ...authorization(route),
    ...bodyLimits(route),
    ...timeouts(route),
    ...retries(route),
    `proxy_pass http://${route.service.name}$request_uri`,
  ]);
}

/**
 * Asks the service that knows the keys whether the token permits the request. Open nginx cannot verify a JWT, and njs in
 * Debian 12 has no Ed25519. The service of the route verifies the token again, as behind the sidecars of the mesh. Asking
 * first has a value of its own: a request without permission is refused before its body is read, stored in a file or
 * sent, and a service that forgets to verify tokens is not exposed.
 */
function authorization({ access }: OwnedRoute): readonly string[] {
  if (access === 'public') return [];
  return [
    `set $required_role ${quoted(typeof access === 'object' ? access.role : '')}`,
    `auth_request ${AUTHORIZATION_PATH}`,
    'auth_request_set $authorization_status $upstream_status',
  ];
}

function authorizationLocation(edge: SharedEdge): NginxBlock {
  const url = `http://${tokenVerifierOf(edge).name}${AUTHORIZATION_PATH}?${REQUIRED_ROLE_PARAMETER}=$required_role`;
  return block(`location = ${AUTHORIZATION_PATH}`, [
    'internal',
    'proxy_pass_request_body off',
    'proxy_set_header Host $host',
    'proxy_set_header Connection ""',
    'proxy_set_header Content-Length ""',
    'proxy_set_header X-Request-Id $weft_request_id',
    'proxy_read_timeout 5s',
    'proxy_next_upstream error timeout http_502 http_503 http_504',
    `proxy_pass ${url}`,
  ]);
}

function bodyLimits({ body }: OwnedRoute): readonly string[] {
  const maxBytes = body?.maxBytes ?? MAX_UNREAD_BODY_BYTES;
  // A buffered body is needed for a second try. An unlimited one must reach the service as it arrives.
  return maxBytes === 'unlimited'
    ? ['client_max_body_size 0', 'proxy_request_buffering off']
    : [`client_max_body_size ${maxBytes}`];
}

/** Returns the timeouts. nginx limits the time between two reads or writes, and not that of the whole response. */
function timeouts(route: OwnedRoute): readonly NginxLine[] {
  const timeout = edgeTimeout(route);
  const time = timeout === 'none' ? STREAM_TIMEOUT : `${Math.max(1, Math.round(milliseconds(timeout)))}ms`;
  return [
    `proxy_read_timeout ${time}`,
    `proxy_send_timeout ${time}`,
    ...(isStreamRoute(route) ? ['proxy_buffering off'] : []),
    ...(timeout === 'none' ? [] : [`proxy_next_upstream_timeout ${time}`]),
  ];
}

/**
 * Returns when nginx tries a request again. A request that is not repeatable is only sent again if no part of it was
 * sent. nginx knows that of POST (`non_idempotent`). It sends other methods again in any case, so they get one try.
 */
function retries(route: OwnedRoute): readonly string[] {
  if (isRetryableRoute(route)) {
    return ['proxy_next_upstream error timeout invalid_header http_502 http_503 http_504 non_idempotent'];
  }
  return [`proxy_next_upstream ${route.method === 'POST' ? 'error timeout' : 'off'}`];
}
