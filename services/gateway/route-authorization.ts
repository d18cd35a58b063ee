import type { EdgeRoute } from '../../mesh/policy/edge.ts';
import type { HttpRoute } from './http/route.ts';

/** A route with its access rule from the graph. */
export interface AuthorizedRoute {
  readonly route: HttpRoute;
  readonly access: EdgeRoute['access'];
}

/**
 * Adds the access rule of the graph to each route.
 * @throws Error that lists every route that only one side has, and every rule that cannot be enforced
 */
export function authorizeRoutes(
  routes: readonly HttpRoute[],
  edge: readonly EdgeRoute[],
): readonly AuthorizedRoute[] {
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
 * Returns routes in the order of the graph. The first matching route serves a request: `/x/secret` precedes `/x/{id}`,
 * as in the mesh.
 */
export function sortByPrecedence(
  authorized: readonly AuthorizedRoute[],
  edge: readonly EdgeRoute[],
): readonly AuthorizedRoute[] {
  const byName = new Map(authorized.map((one) => [nameOf(one.route), one]));
  return edge.flatMap((rule) => byName.get(nameOf(rule)) ?? []);
}

function disagreement(route: HttpRoute, access: EdgeRoute['access'] | undefined): readonly string[] {
  if (access === undefined) return [`${nameOf(route)} is not in the graph; add it to the edge's routes`];
  if (access !== 'public' || !route.needsBearer) return [];
  return [`${nameOf(route)} needs the identity of the client but is public in the graph; set access 'token'`];
}

function nameOf({ method, path }: Pick<EdgeRoute, 'method' | 'path'>): string {
  return `${method} ${path}`;
}
