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
    message: 'the request has invalid fields; correct those listed',
  },
  'malformed-body': {
    grpc: 'INVALID_ARGUMENT',
    http: 400,
    title: 'Malformed body',
    message: 'the body cannot be read: {problem}',
  },
  unauthenticated: {
    grpc: 'UNAUTHENTICATED',
    http: 401,
    title: 'Not signed in',
    message: 'the request has no access token; send the header Authorization: Bearer <token>',
  },
  'invalid-token': {
    grpc: 'UNAUTHENTICATED',
    http: 401,
    title: 'Invalid access token',
    message: 'the access token is not valid or has expired; sign in again',
  },
  forbidden: {
    grpc: 'PERMISSION_DENIED',
    http: 403,
    title: 'Forbidden',
    message: 'your account may not do this; use one with the role it needs',
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
    title: 'Failed on purpose',
    message: 'the service fails a share of its calls, to be tried; set its WEFT_FAIL_PERCENT to 0',
  },
  'not-found': {
    grpc: 'NOT_FOUND',
    http: 404,
    title: 'Not found',
    message: 'there is no {what}; check its address or identifier',
  },
  'method-not-allowed': {
    grpc: 'UNIMPLEMENTED',
    http: 405,
    title: 'Method not allowed',
    message: '{method} is not allowed here; use {allowed}',
  },
  'request-timeout': {
    grpc: 'DEADLINE_EXCEEDED',
    http: 408,
    title: 'Request timeout',
    message: 'the request did not arrive within {seconds} seconds; send it faster',
  },
  'invalid-state': {
    grpc: 'FAILED_PRECONDITION',
    http: 409,
    title: 'Invalid state',
    message: '{what} is {state}; nothing was changed',
  },
  'body-too-large': {
    grpc: 'RESOURCE_EXHAUSTED',
    http: 413,
    title: 'Body too large',
    message: 'the body is larger than {limit} bytes; send less',
  },
  'unsupported-media-type': {
    grpc: 'INVALID_ARGUMENT',
    http: 415,
    title: 'Unsupported media type',
    message: 'a body of type {type} is not understood here; send {supported}',
  },
  'idempotency-key-reused': {
    grpc: 'ALREADY_EXISTS',
    http: 422,
    title: 'Idempotency key reused',
    message: 'this idempotency key was used for another request; use a new key',
  },
  'too-many-requests': {
    grpc: 'RESOURCE_EXHAUSTED',
    http: 429,
    title: 'Too many requests',
    message: 'the limit of requests is reached; repeat later',
  },
  cancelled: {
    grpc: 'CANCELLED',
    http: 499,
    title: 'Cancelled',
    message: 'the caller gave the request up',
  },
  internal: {
    grpc: 'INTERNAL',
    http: 500,
    title: 'Internal error',
    message: 'something failed on our side; the log has it under this request id',
  },
  'answer-too-large': {
    grpc: 'RESOURCE_EXHAUSTED',
    http: 500,
    title: 'Answer too large',
    message:
      'the answer has more than the {limit} bytes that may be sent at once; ask for less of it, if you can',
  },
  'not-implemented': {
    grpc: 'UNIMPLEMENTED',
    http: 501,
    title: 'Not implemented',
    message: 'the callee does not serve this method; deploy its new version first',
  },
  unavailable: {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'Unavailable',
    message: 'a service that is needed does not answer; repeat later',
  },
  overloaded: {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'Overloaded',
    message: 'as many requests are under way as a limit allows; repeat later',
  },
  'limit-reached': {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'Limit reached',
    message: '{limit} towards {callee} is {max}, and as many are under way; repeat later',
  },
  'circuit-open': {
    grpc: 'UNAVAILABLE',
    http: 503,
    title: 'Circuit open',
    message: 'too many calls of {callee} have failed; calls are held back until one succeeds, repeat later',
  },
  'deadline-exceeded': {
    grpc: 'DEADLINE_EXCEEDED',
    http: 504,
    title: 'Deadline exceeded',
    message: 'no answer within the deadline; the outcome is open, repeat with the same key',
  },
} as const satisfies ErrorCatalogue;

export type KitErrorCode = keyof typeof KIT_ERRORS;
