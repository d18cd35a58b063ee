import type { status } from '@grpc/grpc-js';

/** One error of a catalogue. */
export interface ErrorEntry {
  /** Name of the gRPC status code. */
  readonly grpc: keyof typeof status;
  /** HTTP status at the edge. */
  readonly http: number;
  readonly title: string;
  /** The problem and its fix, in lower case. `{name}` is replaced with the metadata value of that name. */
  readonly message: string;
}

/** Errors by their codes. A code is lower-case words joined by dashes, unique among all services. */
export type ErrorCatalogue = Readonly<Record<string, ErrorEntry>>;

/**
 * Errors that any service may return. Codes are stable: clients compare them. The errors of one service are defined by
 * that service: in services/proto/errors where the gateway maps them to HTTP, otherwise in the service's own folder.
 */
export const KIT_ERRORS = {
  'invalid-request': {
    grpc: 'INVALID_ARGUMENT',
    http: 400,
    title: 'Invalid request',
    message: 'the request has invalid fields; correct the listed fields',
  },
  'malformed-request': {
    grpc: 'INVALID_ARGUMENT',
    http: 400,
    title: 'Malformed request',
    message: 'the request is not valid HTTP; correct its request line and headers',
  },
  'malformed-body': {
    grpc: 'INVALID_ARGUMENT',
    http: 400,
    title: 'Malformed body',
    message: 'the body cannot be parsed: {problem}',
  },
  unauthenticated: {
    grpc: 'UNAUTHENTICATED',
    http: 401,
    title: 'Missing access token',
    message: 'the access token is missing; send the header Authorization: Bearer <token>',
  },
  'invalid-token': {
    grpc: 'UNAUTHENTICATED',
    http: 401,
    title: 'Invalid access token',
    message: 'the access token is invalid or has expired; sign in again',
  },
  forbidden: {
    grpc: 'PERMISSION_DENIED',
    http: 403,
    title: 'Forbidden',
    message: 'the account lacks the required role; use an account that has it',
  },
  'undeclared-call': {
    grpc: 'PERMISSION_DENIED',
    http: 500,
    title: 'Undeclared call',
    message: '{caller} may not call {method}; declare the call in the service graph',
  },
  'failed-on-purpose': {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'Injected failure',
    message: 'fault injection failed the call; set WEFT_FAIL_PERCENT of the service to 0',
  },
  'not-found': {
    grpc: 'NOT_FOUND',
    http: 404,
    title: 'Not found',
    message: '{what} does not exist; check the path and the identifier',
  },
  'method-not-allowed': {
    grpc: 'UNIMPLEMENTED',
    http: 405,
    title: 'Method not allowed',
    message: 'method {method} is not allowed for this path; use {allowed}',
  },
  'request-timeout': {
    grpc: 'DEADLINE_EXCEEDED',
    http: 408,
    title: 'Request timeout',
    message: 'the request was not received within {seconds} seconds; send it faster',
  },
  'invalid-state': {
    grpc: 'FAILED_PRECONDITION',
    http: 409,
    title: 'Invalid state',
    message: '{what} is in state {state}, which does not allow this operation; nothing was changed',
  },
  'body-too-large': {
    grpc: 'RESOURCE_EXHAUSTED',
    http: 413,
    title: 'Body too large',
    message: 'the body exceeds {limit} bytes; send a smaller body',
  },
  'unsupported-media-type': {
    grpc: 'INVALID_ARGUMENT',
    http: 415,
    title: 'Unsupported media type',
    message: 'media type {type} is not supported for this path; send {supported}',
  },
  'headers-too-large': {
    grpc: 'INVALID_ARGUMENT',
    http: 431,
    title: 'Headers too large',
    message: 'the request line and the headers exceed the limit; send fewer or shorter headers',
  },
  'idempotency-key-reused': {
    grpc: 'ALREADY_EXISTS',
    http: 422,
    title: 'Idempotency key reused',
    message: 'the idempotency key was used for a different request; use a new key',
  },
  'too-many-requests': {
    grpc: 'RESOURCE_EXHAUSTED',
    http: 429,
    title: 'Too many requests',
    message: 'the request rate exceeds its limit; retry later',
  },
  cancelled: {
    grpc: 'CANCELLED',
    http: 499,
    title: 'Cancelled',
    message: 'the caller cancelled the request',
  },
  internal: {
    grpc: 'INTERNAL',
    http: 500,
    title: 'Internal error',
    message: 'an unexpected error occurred; search the service log for the request id',
  },
  'answer-too-large': {
    grpc: 'RESOURCE_EXHAUSTED',
    http: 500,
    title: 'Response too large',
    message: 'the response exceeds {limit} bytes; request less data',
  },
  'not-implemented': {
    grpc: 'UNIMPLEMENTED',
    http: 501,
    title: 'Not implemented',
    message: 'the callee does not implement this method; deploy a version that does',
  },
  'bad-gateway': {
    grpc: 'UNAVAILABLE',
    http: 502,
    title: 'Bad gateway',
    message: 'a service ended the connection without a response; retry later',
  },
  unavailable: {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'Unavailable',
    message: 'a required service is unavailable; retry later',
  },
  overloaded: {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'Overloaded',
    message: 'the maximum number of concurrent requests is reached; retry later',
  },
  'limit-reached': {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'Limit reached',
    message: 'calls to {callee} reached {limit} of {max}; retry later',
  },
  'circuit-open': {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'Circuit open',
    message: 'the circuit breaker for {callee} is open after too many failed calls; retry later',
  },
  'deadline-exceeded': {
    grpc: 'DEADLINE_EXCEEDED',
    http: 504,
    title: 'Deadline exceeded',
    message:
      'no response within the deadline and the outcome is unknown; retry with the same idempotency key',
  },
} as const satisfies ErrorCatalogue;

export type KitErrorCode = keyof typeof KIT_ERRORS;
