import { type GatewayProbe, requestProbe } from '../probe.ts';

const MISSING = '401 unauthenticated; www-authenticate: Bearer realm="weft"';
const INVALID = '401 invalid-token; www-authenticate: Bearer realm="weft", error="invalid_token"';
const FORBIDDEN = '403 forbidden; www-authenticate: Bearer realm="weft", error="insufficient_scope"';
const OK_JSON = '200 application/json';

/** A token with the header {"alg":"none"}. */
const UNSIGNED = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwicm9sZSI6ImFkbWluIn0.';
const NO_ORDER = '/v1/orders/01935a1e-7c1f-7e0a-9f3a-3d1c5b7a9e10';

function withScheme(name: string, scheme: string): GatewayProbe {
  const plain = requestProbe(name, { path: '/v1/orders' }, OK_JSON);
  return {
    ...plain,
    send: (target) => {
      const headers = [`Authorization: ${scheme}${target.token}`];
      return requestProbe(name, { path: '/v1/orders', headers }, OK_JSON).send(target);
    },
  };
}

export const ACCESS_PROBES: readonly GatewayProbe[] = [
  requestProbe('a request without a token', { path: '/v1/orders' }, MISSING),
  requestProbe(
    'a request with an empty token',
    { path: '/v1/orders', headers: ['Authorization: Bearer '] },
    MISSING,
  ),
  requestProbe(
    'a request with a password',
    { path: '/v1/orders', headers: ['Authorization: Basic YTpi'] },
    MISSING,
  ),
  requestProbe('a request with a token in the query', { path: '/v1/orders?access_token=a.b.c' }, MISSING),
  requestProbe(
    'a request with text as its token',
    { path: '/v1/orders', headers: ['Authorization: Bearer x'] },
    INVALID,
  ),
  requestProbe(
    'a request with an unsigned token',
    { path: '/v1/orders', headers: [`Authorization: Bearer ${UNSIGNED}`] },
    INVALID,
  ),
  requestProbe(
    'a request with an unsigned token to a public route',
    { path: '/v1/products', headers: [`Authorization: Bearer ${UNSIGNED}`] },
    INVALID,
  ),
  requestProbe('a request with a token', { path: '/v1/orders', hasToken: true }, OK_JSON),
  withScheme('a request with the scheme bearer', 'bearer '),
  withScheme('a request with the scheme BEARER', 'BEARER '),
  requestProbe(
    'a request without the role of the route',
    {
      method: 'POST',
      path: '/v1/products',
      hasToken: true,
      headers: ['Content-Type: application/json'],
      body: '{}',
    },
    FORBIDDEN,
  ),
  requestProbe('GET of an unknown order', { path: NO_ORDER, hasToken: true }, '404 not-found'),
];
