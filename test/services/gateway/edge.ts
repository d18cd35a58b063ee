import type { Edge } from '../../../mesh/policy/edge.ts';

/** The gateway's edge, as a graph would give it. */
export const EDGE: Edge = {
  hosts: ['shop.example'],
  token: { issuer: 'https://shop.example', audience: 'shop', jwksPath: '/.well-known/jwks.json' },
  routes: [
    { method: 'POST', path: '/v1/users', access: 'public' },
    { method: 'POST', path: '/v1/sessions', access: 'public' },
    { method: 'GET', path: '/v1/products', access: 'public' },
    { method: 'GET', path: '/v1/products/{id}', access: 'public' },
    { method: 'POST', path: '/v1/products', access: { role: 'admin' } },
    { method: 'PUT', path: '/v1/products/{id}/stock', access: { role: 'admin' } },
    { method: 'POST', path: '/v1/products/import', access: { role: 'admin' } },
    { method: 'GET', path: '/v1/products/{id}/stock/events', access: 'public' },
    { method: 'POST', path: '/v1/orders', access: 'token' },
    { method: 'GET', path: '/v1/orders', access: 'token' },
    { method: 'GET', path: '/v1/orders/{id}', access: 'token' },
    { method: 'GET', path: '/v1/orders/{id}/events', access: 'token' },
    { method: 'POST', path: '/v1/quotes', access: 'public' },
    { method: 'GET', path: '/v1/notifications', access: 'token' },
    { method: 'GET', path: '/openapi.json', access: 'public' },
    { method: 'GET', path: '/docs', access: 'public' },
    { method: 'GET', path: '/problems/{code}', access: 'public' },
    { method: 'GET', path: '/.well-known/jwks.json', access: 'public' },
  ],
};
