import {
  AUTHENTICATION_REALM,
  EDGE_PROBLEMS,
  type EdgeProblem,
  type EdgeProblemCode,
  PROBLEM_PATH,
} from '../../../policy/edge-problems.ts';
import { block, type NginxBlock } from './nginx-lines.ts';

/** Prefix of the locations that only nginx itself enters. A path of the edge has no `:`, so no route is hidden. */
export const INTERNAL = '/:';

/**
 * The problem of each status that nginx answers itself. `=` sets the status of the problem, which can differ: 494 is
 * nginx's own status for large headers. There is no 408, because nginx closes the connection of a slow request without a
 * response.
 */
const PAGES: readonly (readonly [statuses: string, problem: EdgeProblemCode | `$${string}`])[] = [
  ['400 501 505', 'malformed-request'],
  ['401', '$token_problem'],
  ['403', 'forbidden'],
  ['404', 'not-found'],
  ['405', 'method-not-allowed'],
  ['413', 'body-too-large'],
  ['414 494', 'headers-too-large'],
  ['429', 'too-many-requests'],
  ['500', '$failure_problem'],
  ['502', 'bad-gateway'],
  ['503', 'unavailable'],
  ['504', 'deadline-exceeded'],
];

/** Problems that nginx answers without the service. */
const ANSWERED: readonly EdgeProblemCode[] = [
  'malformed-request',
  'unauthenticated',
  'invalid-token',
  'forbidden',
  'not-found',
  'method-not-allowed',
  'body-too-large',
  'headers-too-large',
  'too-many-requests',
  'internal',
  'bad-gateway',
  'unavailable',
  'deadline-exceeded',
];

/** Headers that only one problem has, with values in the syntax of nginx. */
const EXTRA_HEADERS: Readonly<Partial<Record<EdgeProblemCode, string>>> = {
  'method-not-allowed': 'Allow $allow',
  'too-many-requests': 'Retry-After 1',
};

/** Returns the directives that answer nginx's own errors with problems. Responses of services are not affected. */
export function errorPages(): readonly string[] {
  return PAGES.map(([statuses, problem]) => `error_page ${statuses} = ${INTERNAL}problem/${problem}`);
}

/** Returns the locations with the problems (RFC 9457). */
export function problemLocations(): readonly NginxBlock[] {
  return ANSWERED.map(problemLocation);
}

function problemLocation(code: EdgeProblemCode): NginxBlock {
  const { status, title, detail, challenge }: EdgeProblem = EDGE_PROBLEMS[code];
  const extra = EXTRA_HEADERS[code];
  const challengeHeader = `Bearer realm="${AUTHENTICATION_REALM}"${challenge ?? ''}`;
  return block(`location = ${INTERNAL}problem/${code}`, [
    'internal',
    'default_type application/problem+json',
    'add_header X-Request-Id $weft_request_id always',
    'add_header Cache-Control no-store always',
    ...(challenge === undefined ? [] : [`add_header WWW-Authenticate '${challengeHeader}' always`]),
    ...(extra === undefined ? [] : [`add_header ${extra} always`]),
    `return ${status} '${problemBody({ code, status, title, detail })}'`,
  ]);
}

/** Returns the JSON of a problem. `$problem_instance` is a member with a comma before it, or nothing. */
function problemBody({
  code,
  ...problem
}: Omit<EdgeProblem, 'challenge'> & { readonly code: string }): string {
  const members = JSON.stringify({
    type: PROBLEM_PATH + code,
    ...problem,
    code,
    requestId: '$weft_request_id',
  });
  return `${members.slice(0, -1)}$problem_instance}`.replaceAll(/[\\']/g, '\\$&');
}
