import type { OwnedRoute } from '../../graph/shared-edge.ts';
import { allowedMethods, comparePrecedence, pathShape } from '../../policy/edge-paths.ts';

/** The routes of one path. */
export interface PathGroup {
  readonly path: string;
  /** Value of the header `Allow`. */
  readonly allow: string;
  readonly routes: readonly OwnedRoute[];
}

/** Groups routes by their path. The first group whose path matches a request serves it, whatever its method. */
export function pathGroups(routes: readonly OwnedRoute[]): readonly PathGroup[] {
  const groups = Map.groupBy(routes.toSorted(comparePrecedence), pathShape);
  return [...groups.values()].map((group) => ({
    path: group[0]?.path ?? '',
    allow: allowedMethods(group),
    routes: group,
  }));
}

/**
 * Converts a path such as `/v1/orders/{id}` to a regular expression without anchors. It needs no backslash, which
 * configuration formats escape differently.
 */
export function pathExpression(path: string): string {
  return path
    .split(/\{[^}]+\}/)
    .map((literal) => literal.replaceAll('.', '[.]'))
    .join('[^/]+');
}

/** Returns the methods of a request that a route serves. */
export function methodsOf({ method }: OwnedRoute): readonly string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}

/** Returns the name of a route, unique in its edge: `gateway/listProducts`. */
export function routeName({ service, handler }: OwnedRoute): string {
  return `${service.name}/${handler}`;
}
