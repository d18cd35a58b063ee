import { type GatewayProbe, requestProbe } from '../probe.ts';

const OK_JSON = '200 application/json';
const NO_RESOURCE = '404 not-found';

/** Paths are normalized as Envoy does by default (RFC 3986, 6.2.2), and then compared exactly. */
export const ROUTING_PROBES: readonly GatewayProbe[] = [
  requestProbe('GET of a route', { path: '/v1/products' }, OK_JSON),
  requestProbe('GET of a route with a query', { path: '/v1/products?limit=1' }, OK_JSON),
  requestProbe('GET of an unknown path', { path: '/v1/nothing' }, NO_RESOURCE),
  requestProbe('GET of a path in capitals', { path: '/v1/Products' }, NO_RESOURCE),
  requestProbe('GET of a path with a trailing slash', { path: '/v1/products/' }, NO_RESOURCE),
  requestProbe('GET of a path with two slashes', { path: '//v1/products' }, NO_RESOURCE),
  requestProbe('GET of a path with an empty segment', { path: '/v1//products' }, NO_RESOURCE),
  requestProbe('GET of a path with the segment .', { path: '/v1/./products' }, OK_JSON),
  requestProbe('GET of a path with the segment ..', { path: '/v1/orders/../products' }, OK_JSON),
  requestProbe('GET of a path with %2e%2e', { path: '/v1/orders/%2e%2e/products' }, OK_JSON),
  requestProbe('GET of a path above the root', { path: '/../../v1/products' }, OK_JSON),
  requestProbe('GET of a path with an encoded letter', { path: '/v1/%70roducts' }, OK_JSON),
  requestProbe('GET of a path with %2f', { path: '/v1%2fproducts' }, NO_RESOURCE),
  requestProbe('GET of a path with a parameter after ;', { path: '/v1/products;v=1' }, NO_RESOURCE),
  requestProbe('GET of a path with a backslash', { path: '/v1\\products' }, OK_JSON),
  requestProbe('GET of an identifier with %2f', { path: '/v1/products/a%2fb' }, NO_RESOURCE),
  requestProbe('GET of an identifier that is not UTF-8', { path: '/v1/products/%ff' }, '400 invalid-request'),
];
