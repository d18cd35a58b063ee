import type { EdgeRoute } from './edge.ts';

type Access = EdgeRoute['access'];

/** Splits the path of a route: `['v1', 'orders', '{id}']`. */
function segmentsOf({ path }: EdgeRoute): readonly string[] {
  return path.split('/').slice(1);
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}

/** Returns whether some request matches both routes. A parameter matches exactly one segment. */
export function overlaps(one: EdgeRoute, other: EdgeRoute): boolean {
  const [first, second] = [segmentsOf(one), segmentsOf(other)];
  return (
    one.method === other.method &&
    first.length === second.length &&
    first.every((segment, index) => {
      const counterpart = second[index] ?? '';
      return segment === counterpart || isParameter(segment) || isParameter(counterpart);
    })
  );
}

/**
 * Compares routes by precedence: negative if `one` serves the requests that match both. At the first segment in which
 * two routes differ, a literal precedes a parameter: `/x/secret` precedes `/x/{id}`, and `/x/a/{id}` precedes
 * `/x/{id}/b`.
 */
export function comparePrecedence(one: EdgeRoute, other: EdgeRoute): number {
  const [first, second] = [kindsOf(one), kindsOf(other)];
  return first < second ? -1 : Number(first > second);
}

function kindsOf(route: EdgeRoute): string {
  return segmentsOf(route)
    .map((segment) => (isParameter(segment) ? '1' : '0'))
    .join('');
}

/** Returns whether `other` admits every caller that `one` admits. */
export function isAtLeastAsStrict(one: Access, other: Access): boolean {
  if (other === 'public') return true;
  if (one === 'public') return false;
  if (other === 'token') return true;
  return typeof one === 'object' && one.role === other.role;
}
