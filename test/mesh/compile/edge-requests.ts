import fc from 'fast-check';
import type { EdgeRoute } from '../../../mesh/policy/edge.ts';

/** Returns the route that serves a request, found segment by segment: literals first, then parameters. */
export function servedBy(
  routes: readonly EdgeRoute[],
  { method, path }: { readonly method: string; readonly path: string },
): EdgeRoute | undefined {
  const candidates = routes.filter((route) => route.method === method);
  const search = (
    among: readonly EdgeRoute[],
    rest: readonly string[],
    depth: number,
  ): EdgeRoute | undefined => {
    const [segment, ...others] = rest;
    const at = (route: EdgeRoute) => route.path.split('/').slice(1)[depth];
    if (segment === undefined) return among.find((route) => at(route) === undefined);
    const literal = search(
      among.filter((route) => at(route) === segment),
      others,
      depth + 1,
    );
    if (literal || segment === '') return literal;
    return search(
      among.filter((route) => at(route)?.startsWith('{')),
      others,
      depth + 1,
    );
  };
  return search(candidates, path.split('/').slice(1), 0);
}

const segment = fc.constantFrom('a', 'b', 'keys.json', '{p}', '{p}');
/** Generates routes that often match the same requests. */
export const anyRoute: fc.Arbitrary<EdgeRoute> = fc.record({
  method: fc.constantFrom('GET' as const, 'POST' as const),
  path: fc
    .array(segment, { minLength: 1, maxLength: 3 })
    .map((segments) => `/${segments.map((one, index) => one.replace('p', `p${index}`)).join('/')}`),
  access: fc.constantFrom('public' as const, 'token' as const, { role: 'admin' }, { role: 'clerk' }),
  isRetryable: fc.boolean(),
});
