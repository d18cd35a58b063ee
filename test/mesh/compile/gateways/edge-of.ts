import type { SharedEdge } from '../../../../mesh/graph/shared-edge.ts';
import { sharedEdges } from '../../../../mesh/graph/shared-edge.ts';
import type { EdgeRoute } from '../../../../mesh/policy/edge.ts';
import { smallPlatform } from '../small-platform.ts';

export const RATE_LIMIT = { perSecond: 100, burst: 200 };

/** Returns the edge of the small platform. */
export function smallEdge(): SharedEdge {
  const [edge] = sharedEdges(smallPlatform().platform.services);
  if (!edge) throw new Error('the small platform has no edge');
  return edge;
}

/** Returns the edge of the small platform with other routes, for any host. */
export function edgeOf(routes: readonly EdgeRoute[]): SharedEdge {
  const edge = smallEdge();
  const [service] = edge.services;
  return { ...edge, hosts: ['*'], routes: routes.map((route) => ({ ...route, service })) };
}
