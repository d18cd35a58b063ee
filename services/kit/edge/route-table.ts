import type { EdgeMethod, EdgeRoute } from '../../../mesh/policy/edge.ts';
import { allowedMethods } from '../../../mesh/policy/edge-paths.ts';

/** The routes of a path, and the values of its parameters as the request has them, percent-encoded. */
export interface PathMatch<Route> {
  readonly entry: PathEntry<Route>;
  readonly values: readonly string[];
}

/** The routes of one path. */
export interface PathEntry<Route> {
  /** Value of the header `Allow`. */
  readonly allow: string;
  readonly routes: ReadonlyMap<string, Route>;
}

/** A segment of the paths that begin alike. */
interface TableNode<Route> {
  readonly literals: Map<string, TableNode<Route>>;
  parameter?: TableNode<Route>;
  entry?: { allow: string; readonly routes: Map<string, Route> };
}

/**
 * Finds the routes of a path, segment by segment: a literal precedes a parameter, as in the mesh. The time depends on
 * the length of the path, and not on the number of routes.
 */
export class RouteTable<Route extends { readonly rule: EdgeRoute }> {
  readonly #root: TableNode<Route> = { literals: new Map() };

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.#add(route);
  }

  /** @param path normalized, without a query */
  find(path: string): PathMatch<Route> | undefined {
    const values: string[] = [];
    const entry = search(this.#root, path.split('/'), 1, values);
    return entry && { entry, values };
  }

  #add(route: Route): void {
    const { method, path } = route.rule;
    let node = this.#root;
    for (const segment of path.split('/').slice(1)) node = childOf(node, segment);
    node.entry ??= { allow: '', routes: new Map() };
    node.entry.routes.set(method, route);
    node.entry.allow = allowedMethods([...node.entry.routes.values()].map(({ rule }) => rule));
  }
}

/** Returns the route of a method. The route of GET answers HEAD as well (RFC 9110, 9.3.2). */
export function routeOf<Route>({ routes }: PathEntry<Route>, method: string): Route | undefined {
  return routes.get(method === 'HEAD' ? ('GET' satisfies EdgeMethod) : method);
}

/** Returns the names of the parameters of a path, in its order. */
export function parameterNames({ path }: Pick<EdgeRoute, 'path'>): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

function childOf<Route>(node: TableNode<Route>, segment: string): TableNode<Route> {
  if (segment.startsWith('{')) {
    node.parameter ??= { literals: new Map() };
    return node.parameter;
  }
  const child = node.literals.get(segment) ?? { literals: new Map() };
  node.literals.set(segment, child);
  return child;
}

/** Collects the values of parameters in `values`. Returns undefined, and leaves `values` as it was, if nothing matches. */
function search<Route>(
  node: TableNode<Route>,
  segments: readonly string[],
  depth: number,
  values: string[],
): PathEntry<Route> | undefined {
  const segment = segments[depth];
  if (segment === undefined) return node.entry;
  const literal = node.literals.get(segment);
  const match = literal && search(literal, segments, depth + 1, values);
  if (match || !node.parameter || segment === '') return match;
  values.push(segment);
  const other = search(node.parameter, segments, depth + 1, values);
  if (!other) values.pop();
  return other;
}
