/** A problem (RFC 9457) that a gateway answers itself, without the service behind it. */
export interface EdgeProblem {
  readonly status: number;
  /** Equal to the title that a service gives the same code. */
  readonly title: string;
  readonly detail: string;
  /** Parameters of `WWW-Authenticate: Bearer` after the realm (RFC 6750, 3). @default no such header */
  readonly challenge?: string;
}

/** Path of the pages that describe problems. The `type` of a problem is this path followed by its code. */
export const PROBLEM_PATH = '/problems/';

/** Realm of `WWW-Authenticate` (RFC 9110, 11.5). */
export const AUTHENTICATION_REALM = 'weft';

/** The problems of gateways by their code. Services use the same codes, statuses and titles. */
export const EDGE_PROBLEMS = {
  'malformed-request': {
    status: 400,
    title: 'Malformed request',
    detail: 'the request is not valid HTTP; correct its request line and headers',
  },
  unauthenticated: {
    status: 401,
    title: 'Missing access token',
    detail: 'the access token is missing; send the header Authorization: Bearer <token>',
    challenge: '',
  },
  'invalid-token': {
    status: 401,
    title: 'Invalid access token',
    detail: 'the access token is invalid or has expired; sign in again',
    challenge: ', error="invalid_token"',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    detail: 'the account lacks the required role; use an account that has it',
    challenge: ', error="insufficient_scope"',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    detail: 'no resource exists at this path; check the path and the identifier',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    detail: 'the method is not allowed for this path; use one that the header Allow lists',
  },
  'request-timeout': {
    status: 408,
    title: 'Request timeout',
    detail: 'the request was not received in time; send it faster',
  },
  'body-too-large': {
    status: 413,
    title: 'Body too large',
    detail: 'the body exceeds the limit of this path; send a smaller body',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    detail: 'the request rate exceeds its limit; retry later',
  },
  'headers-too-large': {
    status: 431,
    title: 'Headers too large',
    detail: 'the request line and the headers exceed the limit; send fewer or shorter headers',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    detail: 'an unexpected error occurred; search the service log for the request id',
  },
  'bad-gateway': {
    status: 502,
    title: 'Bad gateway',
    detail: 'a service ended the connection without a response; retry later',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    detail: 'a required service is unavailable; retry later',
  },
  'deadline-exceeded': {
    status: 504,
    title: 'Deadline exceeded',
    detail: 'no response within the deadline and the outcome is unknown; retry with the same idempotency key',
  },
} as const satisfies Readonly<Record<string, EdgeProblem>>;

export type EdgeProblemCode = keyof typeof EDGE_PROBLEMS;
