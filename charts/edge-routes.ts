import type { EdgeBody, EdgeRoute } from '../mesh/policy/edge.ts';

const ADMIN = { role: 'admin' } as const;

const JSON_BODY: EdgeBody = { mediaTypes: ['application/json'], maxBytes: 1_000_000 };

/** One JSON object per line, processed as it arrives. None of the types is registered with IANA. */
const NDJSON_BODY: EdgeBody = {
  mediaTypes: ['application/x-ndjson', 'application/ndjson', 'application/jsonl'],
  maxBytes: 'unlimited',
};

/** The HTTP API of the shop, with the authorization of each route. */
export const EDGE_ROUTES: readonly EdgeRoute[] = [
  { method: 'POST', path: '/v1/users', handler: 'createUser', access: 'public', body: JSON_BODY },
  { method: 'POST', path: '/v1/sessions', handler: 'createSession', access: 'public', body: JSON_BODY },

  { method: 'GET', path: '/v1/products', handler: 'listProducts', access: 'public' },
  { method: 'GET', path: '/v1/products/{id}', handler: 'getProduct', access: 'public' },
  {
    method: 'GET',
    path: '/v1/products/{id}/stock/events',
    handler: 'watchStock',
    access: 'public',
    stream: 'server-sent-events',
  },
  {
    method: 'POST',
    path: '/v1/quotes',
    handler: 'quoteCarts',
    access: 'public',
    body: NDJSON_BODY,
    stream: 'ndjson',
  },
  { method: 'POST', path: '/v1/products', handler: 'createProduct', access: ADMIN, body: JSON_BODY },
  {
    method: 'POST',
    path: '/v1/products/import',
    handler: 'importProducts',
    access: ADMIN,
    body: NDJSON_BODY,
  },
  { method: 'PUT', path: '/v1/products/{id}/stock', handler: 'setStock', access: ADMIN, body: JSON_BODY },

  // The required header Idempotency-Key prevents a second order on a retry.
  {
    method: 'POST',
    path: '/v1/orders',
    handler: 'placeOrder',
    access: 'token',
    body: JSON_BODY,
    isRetryable: true,
  },
  { method: 'GET', path: '/v1/orders', handler: 'listOrders', access: 'token' },
  { method: 'GET', path: '/v1/orders/{id}', handler: 'getOrder', access: 'owner' },
  {
    method: 'GET',
    path: '/v1/orders/{id}/events',
    handler: 'watchOrder',
    access: 'owner',
    stream: 'server-sent-events',
  },
  { method: 'GET', path: '/v1/notifications', handler: 'listNotifications', access: 'token' },

  { method: 'GET', path: '/openapi.json', handler: 'getOpenApiDocument', access: 'public' },
  { method: 'GET', path: '/docs', handler: 'getDocumentation', access: 'public' },
  { method: 'GET', path: '/problems/{code}', handler: 'getProblem', access: 'public' },
  { method: 'GET', path: '/.well-known/jwks.json', handler: 'getSigningKeys', access: 'public' },
];
