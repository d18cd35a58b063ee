import { type GatewayProbe, requestProbe } from '../probe.ts';

const PRODUCTS = 'allow: GET, HEAD, OPTIONS, POST';

export const METHOD_PROBES: readonly GatewayProbe[] = [
  requestProbe('HEAD of a route', { method: 'HEAD', path: '/v1/products' }, '200 application/json'),
  requestProbe(
    'HEAD of a route that needs a token',
    { method: 'HEAD', path: '/v1/orders' },
    '401 problem without body; www-authenticate: Bearer realm="weft"',
  ),
  requestProbe(
    'OPTIONS of a path',
    { method: 'OPTIONS', path: '/v1/products' },
    `204 without content; ${PRODUCTS}`,
  ),
  requestProbe('OPTIONS of an unknown path', { method: 'OPTIONS', path: '/v1/nothing' }, '404 not-found'),
  requestProbe(
    'DELETE of a path without DELETE',
    { method: 'DELETE', path: '/v1/products' },
    `405 method-not-allowed; ${PRODUCTS}`,
  ),
  requestProbe(
    'PATCH of a path that needs a token',
    { method: 'PATCH', path: '/v1/orders' },
    `405 method-not-allowed; ${PRODUCTS}`,
  ),
  requestProbe(
    'GET of a path with POST only, which is also an identifier',
    { path: '/v1/products/import' },
    '405 method-not-allowed; allow: OPTIONS, POST',
  ),
];
