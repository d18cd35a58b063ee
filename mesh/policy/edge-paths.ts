import type { EdgeRoute } from './edge.ts';

type Access = EdgeRoute['access'];

/** Segments of a path as a route writes them: `['v1', 'orders', '{id}']`. */
function segmentsOf({ path }: EdgeRoute): readonly string[] {
  return path.split('/').slice(1);
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}

/** Returns whether some request fits both routes: a parameter stands for exactly one segment. */
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
 * Orders routes by precedence: negative if `one` serves the requests that fit both. At the first segment in which two
 * routes differ, a literal precedes a parameter: `/x/secret` precedes `/x/{id}`, and `/x/a/{id}` precedes `/x/{id}/b`.
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

/** Returns whether everybody whom `one` admits is admitted by `other` too. */
export function isAtLeastAsStrict(one: Access, other: Access): boolean {
  if (other === 'public') return true;
  if (one === 'public') return false;
  if (other === 'token') return true;
  return typeof one === 'object' && one.role === other.role;
}
