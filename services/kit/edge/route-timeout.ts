import { milliseconds } from '../../../mesh/policy/duration.ts';
import { type EdgeRoute, edgeTimeout } from '../../../mesh/policy/edge.ts';

/** Returns the time limit of a route in milliseconds, or Infinity. */
export function routeTimeoutMs(route: EdgeRoute): number {
  const timeout = edgeTimeout(route);
  return timeout === 'none' ? Number.POSITIVE_INFINITY : milliseconds(timeout);
}
