import fc from 'fast-check';
import type { EdgeRoute } from '../../../mesh/policy/edge.ts';
import { isAmbiguous, pathShape } from '../../../mesh/policy/edge-paths.ts';

/** Returns the routes of the path that a request matches, found segment by segment: literals first, then parameters. */
export function routesOnPath(routes: readonly EdgeRoute[], path: string): readonly EdgeRoute[] {
  const search = (
    among: readonly EdgeRoute[],
    rest: readonly string[],
    depth: number,
  ): readonly EdgeRoute[] => {
    const [segment, ...others] = rest;
    const at = (route: EdgeRoute) => route.path.split('/').slice(1)[depth];
    if (segment === undefined) return among.filter((route) => at(route) === undefined);
    const literal = search(
      among.filter((route) => at(route) === segment),
      others,
      depth + 1,
    );
    if (literal.length > 0 || segment === '') return literal;
    return search(
      among.filter((route) => at(route)?.startsWith('{')),
      others,
      depth + 1,
    );
  };
  return search(routes, path.split('/').slice(1), 0);
}

/** Returns the route that serves a request: the path decides first, then the method. */
export function servedBy(
  routes: readonly EdgeRoute[],
  { method, path }: { readonly method: string; readonly path: string },
): EdgeRoute | undefined {
  return routesOnPath(routes, path).find((route) => route.method === (method === 'HEAD' ? 'GET' : method));
}

const segment = fc.constantFrom('a', 'b', 'keys.json', '{p}', '{p}');
/** Generates routes that often match the same requests. */
const anyRoute: fc.Arbitrary<EdgeRoute> = fc.record({
  handler: fc.constant('handle'),
  method: fc.constantFrom('GET' as const, 'POST' as const),
  path: fc
    .array(segment, { minLength: 1, maxLength: 3 })
    .map((segments) => `/${segments.map((one, index) => one.replace('p', `p${index}`)).join('/')}`),
  access: fc.constantFrom('public' as const, 'token' as const, { role: 'admin' }, { role: 'clerk' }),
  isRetryable: fc.boolean(),
});

/** Generates up to 8 routes that synthesis accepts together, with unique handlers. */
export const routeSet: fc.Arbitrary<readonly EdgeRoute[]> = fc
  .uniqueArray(anyRoute, {
    minLength: 1,
    maxLength: 12,
    selector: (route) => route.method + pathShape(route),
  })
  .map((routes) => {
    const accepted: EdgeRoute[] = [];
    for (const route of routes) {
      if (accepted.length === 8 || accepted.some((other) => isAmbiguous(other, route))) continue;
      accepted.push({ ...route, handler: `handle${accepted.length}` });
    }
    return accepted;
  });
