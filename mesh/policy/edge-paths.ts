import type { EdgeAccess, EdgeMethod, EdgeRoute } from './edge.ts';

type Path = Pick<EdgeRoute, 'path'>;

/** Splits the path of a route: `['v1', 'orders', '{id}']`. */
function segmentsOf({ path }: Path): readonly string[] {
  return path.split('/').slice(1);
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}

/** Returns whether some path matches both routes, whatever their methods. A parameter matches exactly one segment. */
export function overlaps(one: Path, other: Path): boolean {
  const [first, second] = [segmentsOf(one), segmentsOf(other)];
  return (
    first.length === second.length &&
    first.every((segment, index) => {
      const counterpart = second[index] ?? '';
      return segment === counterpart || isParameter(segment) || isParameter(counterpart);
    })
  );
}

/**
 * Returns whether two overlapping paths each have a literal where the other has a parameter: `/x/{id}/b` and `/x/a/{id}`.
 * Gateways order such paths differently.
 */
export function isAmbiguous(one: Path, other: Path): boolean {
  if (!overlaps(one, other)) return false;
  const [first, second] = [segmentsOf(one).map(isParameter), segmentsOf(other).map(isParameter)];
  const hasMoreParameters = (a: readonly boolean[], b: readonly boolean[]) =>
    a.some((parameter, index) => parameter && !b[index]);
  return hasMoreParameters(first, second) && hasMoreParameters(second, first);
}

/**
 * Compares routes by precedence: negative if the path of `one` serves the requests that match both paths. At the first
 * segment in which two paths differ, a literal precedes a parameter: `/x/secret` precedes `/x/{id}`. The path decides
 * before the method: `GET /x/secret` is answered with 405 if only `POST /x/secret` and `GET /x/{id}` are routes.
 */
export function comparePrecedence(one: Path, other: Path): number {
  const [first, second] = [kindsOf(one), kindsOf(other)];
  return first < second ? -1 : Number(first > second);
}

function kindsOf(route: Path): string {
  return segmentsOf(route)
    .map((segment) => (isParameter(segment) ? '1' : '0'))
    .join('');
}

/** Returns the path with the names of its parameters removed: two routes are equal if their paths are. */
export function pathShape({ path }: Path): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}');
}

/** Returns the methods that a path allows, for the header `Allow` (RFC 9110, 10.2.1). */
export function allowedMethods(routes: readonly { readonly method: EdgeMethod }[]): string {
  const methods = routes.map(({ method }) => method);
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

/** Returns whether `other` admits every caller that `one` admits. */
export function isAtLeastAsStrict(one: EdgeAccess, other: EdgeAccess): boolean {
  if (other === 'public') return true;
  if (one === 'public') return false;
  if (typeof other === 'string') return true;
  return typeof one === 'object' && one.role === other.role;
}
