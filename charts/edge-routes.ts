import type { EdgeRoute } from '../mesh/policy/edge.ts';

const admin = { role: 'admin' } as const;

/** The HTTP API of the shop, with the authorization of each route. */
export const EDGE_ROUTES: readonly EdgeRoute[] = [
  { method: 'POST', path: '/v1/users', access: 'public' },
  { method: 'POST', path: '/v1/sessions', access: 'public' },

  { method: 'GET', path: '/v1/products', access: 'public' },
  { method: 'GET', path: '/v1/products/{id}', access: 'public' },
  { method: 'GET', path: '/v1/products/{id}/stock/events', access: 'public', isStream: true },
  { method: 'POST', path: '/v1/quotes', access: 'public' },
  { method: 'POST', path: '/v1/products', access: admin },
  { method: 'POST', path: '/v1/products/import', access: admin, isStream: true },
  { method: 'PUT', path: '/v1/products/{id}/stock', access: admin },

  // The required header Idempotency-Key prevents a second order on a retry.
  { method: 'POST', path: '/v1/orders', access: 'token', isRetryable: true },
  { method: 'GET', path: '/v1/orders', access: 'token' },
  { method: 'GET', path: '/v1/orders/{id}', access: 'token' },
  { method: 'GET', path: '/v1/orders/{id}/events', access: 'token', isStream: true },
  { method: 'GET', path: '/v1/notifications', access: 'token' },

  { method: 'GET', path: '/openapi.json', access: 'public' },
  { method: 'GET', path: '/docs', access: 'public' },
  { method: 'GET', path: '/problems/{code}', access: 'public' },
  { method: 'GET', path: '/.well-known/jwks.json', access: 'public' },
];
