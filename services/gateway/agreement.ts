import type { EdgeRoute } from '../../mesh/policy/edge.ts';
import type { Route } from './http/route.ts';

/** A route with the graph's rule of who may use it. */
export interface GrantedRoute {
  readonly route: Route;
  readonly access: EdgeRoute['access'];
}

/**
 * Gives each route the access rule of the graph.
 * @throws Error that lists every route which only one of the two has, or whose rule cannot be kept
 */
export function grant(routes: readonly Route[], edge: readonly EdgeRoute[]): readonly GrantedRoute[] {
  const rules = new Map(edge.map((rule) => [nameOf(rule), rule.access]));
  const served = new Set(routes.map(nameOf));
  const disagreements = [
    ...[...rules.keys()]
      .filter((name) => !served.has(name))
      .map(
        (name) => `${name} is in the graph but the gateway has no handler; remove it from the edge's routes`,
      ),
    ...routes.flatMap((route) => disagreement(route, rules.get(nameOf(route)))),
  ];
  if (disagreements.length > 0) {
    throw new Error(`the gateway and the service graph disagree:\n  ${disagreements.join('\n  ')}`);
  }
  return routes.map((route) => ({ route, access: rules.get(nameOf(route)) ?? { role: 'nobody' } }));
}

/**
 * Returns routes in the order of the graph's routes. The first route that matches a request serves it: `/x/secret` precedes
 * `/x/{id}`, as in the mesh.
 */
export function byPrecedence(
  granted: readonly GrantedRoute[],
  edge: readonly EdgeRoute[],
): readonly GrantedRoute[] {
  const byName = new Map(granted.map((one) => [nameOf(one.route), one]));
  return edge.flatMap((rule) => byName.get(nameOf(rule)) ?? []);
}

function disagreement(route: Route, access: EdgeRoute['access'] | undefined): readonly string[] {
  if (access === undefined) return [`${nameOf(route)} is not in the graph; add it to the edge's routes`];
  if (access !== 'public' || !route.needsBearer) return [];
  return [`${nameOf(route)} needs to know who asks but is public in the graph; give it access 'token'`];
}

function nameOf({ method, path }: Pick<EdgeRoute, 'method' | 'path'>): string {
  return `${method} ${path}`;
}
