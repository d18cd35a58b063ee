import type { EdgeRoute } from '../../../mesh/policy/edge.ts';
import { EDGE_ERRORS, type EdgeErrorCode } from '../errors.ts';
import type { Route } from '../http/route.ts';

/** Every problem that a route may answer, by status: its own, and those that follow from what it takes. */
export function problemsByStatus(
  route: Route,
  access: EdgeRoute['access'],
): ReadonlyMap<number, readonly EdgeErrorCode[]> {
  const codes = new Set<EdgeErrorCode>([
    ...(access === 'public' ? [] : (['unauthenticated', 'invalid-token'] as const)),
    ...(typeof access === 'object' ? (['forbidden'] as const) : []),
    'invalid-request',
    ...(Object.keys(route.params.shape).length > 0 ? (['not-found'] as const) : []),
    ...(route.body ? BODY_ERRORS : []),
    ...route.errors,
    'too-many-requests',
    'internal',
    'answer-too-large',
    'unavailable',
    'deadline-exceeded',
  ]);
  const byStatus = new Map<number, EdgeErrorCode[]>();
  for (const code of codes) {
    const { http } = EDGE_ERRORS[code];
    byStatus.set(http, [...(byStatus.get(http) ?? []), code]);
  }
  return byStatus;
}

const BODY_ERRORS = [
  'malformed-body',
  'request-timeout',
  'body-too-large',
  'unsupported-media-type',
] as const;
