import { EDGE_ROUTES } from '../../../charts/edge-routes.ts';
import type { Edge } from '../../../mesh/policy/edge.ts';
import { comparePrecedence } from '../../../mesh/policy/edge-paths.ts';

/** The gateway's edge, with the routes of the shop's own graph. */
export const EDGE: Edge = {
  hosts: ['shop.example'],
  token: {
    issuer: 'https://shop.example',
    audience: 'shop',
    jwksPath: '/.well-known/jwks.json',
    roles: ['customer', 'admin'],
  },
  // In the order in which a process reads them.
  routes: EDGE_ROUTES.toSorted(comparePrecedence),
};
