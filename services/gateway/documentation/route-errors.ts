import { EDGE_ERRORS, type EdgeErrorCode } from '../errors.ts';
import type { HttpRoute } from '../http/route.ts';

/** Returns the problems that a route may answer, by status: its own, and those that follow from its definition. */
export function problemsByStatus({
  rule: { access },
  operation,
}: HttpRoute): ReadonlyMap<number, readonly EdgeErrorCode[]> {
  const codes = new Set<EdgeErrorCode>([
    ...(access === 'public' ? [] : (['unauthenticated', 'invalid-token'] as const)),
    ...(typeof access === 'object' ? (['forbidden'] as const) : []),
    'invalid-request',
    ...(Object.keys(operation.params.shape).length > 0 ? (['not-found'] as const) : []),
    ...(operation.body ? BODY_ERRORS : []),
    ...operation.errors,
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
