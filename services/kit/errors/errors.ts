import { status } from '@grpc/grpc-js';

interface Entry {
  /** gRPC status code. */
  readonly grpc: number;
  /** HTTP status at the edge. */
  readonly http: number;
  readonly title: string;
  /** What went wrong and what to change; `{name}` is taken from the error's metadata. */
  readonly message: string;
}

/** Every error that a service may answer. Codes are stable: clients compare them. */
export const ERRORS = {
  'invalid-request': {
    grpc: status.INVALID_ARGUMENT,
    http: 400,
    title: 'Invalid request',
    message: 'the request has invalid fields; correct those listed',
  },
  'malformed-body': {
    grpc: status.INVALID_ARGUMENT,
    http: 400,
    title: 'Malformed body',
    message: 'the body cannot be read: {problem}',
  },
  'idempotency-key-missing': {
    grpc: status.INVALID_ARGUMENT,
    http: 400,
    title: 'Idempotency key missing',
    message: 'the request has no idempotency key; send the header Idempotency-Key with a value of your own',
  },
  unauthenticated: {
    grpc: status.UNAUTHENTICATED,
    http: 401,
    title: 'Not signed in',
    message: 'the request has no access token; send the header Authorization: Bearer <token>',
  },
  'invalid-token': {
    grpc: status.UNAUTHENTICATED,
    http: 401,
    title: 'Invalid access token',
    message: 'the access token is not valid or has expired; sign in again',
  },
  'wrong-credentials': {
    grpc: status.UNAUTHENTICATED,
    http: 401,
    title: 'Wrong credentials',
    message: 'no account has this address and password; check both',
  },
  forbidden: {
    grpc: status.PERMISSION_DENIED,
    http: 403,
    title: 'Forbidden',
    message: 'your account may not do this; use one with the role it needs',
  },
  'undeclared-call': {
    grpc: status.PERMISSION_DENIED,
    http: 500,
    title: 'Undeclared call',
    message: '{caller} may not call {method}; declare the call in the service graph',
  },
  'failed-on-purpose': {
    grpc: status.UNAVAILABLE,
    http: 503,
    title: 'Failed on purpose',
    message: 'the service fails a share of its calls, to be tried; set its WEFT_FAIL_PERCENT to 0',
  },
  'not-found': {
    grpc: status.NOT_FOUND,
    http: 404,
    title: 'Not found',
    message: 'there is no {what}; check its address or identifier',
  },
  'method-not-allowed': {
    grpc: status.UNIMPLEMENTED,
    http: 405,
    title: 'Method not allowed',
    message: '{method} is not allowed here; use {allowed}',
  },
  'request-timeout': {
    grpc: status.DEADLINE_EXCEEDED,
    http: 408,
    title: 'Request timeout',
    message: 'the request did not arrive within {seconds} seconds; send it faster',
  },
  'email-taken': {
    grpc: status.ALREADY_EXISTS,
    http: 409,
    title: 'Address taken',
    message: 'an account with this address exists; sign in, or use another address',
  },
  'out-of-stock': {
    grpc: status.FAILED_PRECONDITION,
    http: 409,
    title: 'Out of stock',
    message: 'there is not enough stock of product {product}; order less of it',
  },
  'invalid-state': {
    grpc: status.FAILED_PRECONDITION,
    http: 409,
    title: 'Invalid state',
    message: '{what} is {state}; nothing was changed',
  },
  'body-too-large': {
    grpc: status.RESOURCE_EXHAUSTED,
    http: 413,
    title: 'Body too large',
    message: 'the body is larger than {limit} bytes; send less',
  },
  'unsupported-media-type': {
    grpc: status.INVALID_ARGUMENT,
    http: 415,
    title: 'Unsupported media type',
    message: 'a body of type {type} is not understood here; send {supported}',
  },
  'unknown-product': {
    grpc: status.FAILED_PRECONDITION,
    http: 422,
    title: 'Unknown product',
    message: 'there is no product {product}; take it out of the order',
  },
  'unknown-payment-token': {
    grpc: status.FAILED_PRECONDITION,
    http: 422,
    title: 'Unknown payment token',
    message: 'payment token {token} is not known; use one of the payment provider',
  },
  'idempotency-key-reused': {
    grpc: status.ALREADY_EXISTS,
    http: 422,
    title: 'Idempotency key reused',
    message: 'this idempotency key was used for another request; use a new key',
  },
  'currency-mismatch': {
    grpc: status.FAILED_PRECONDITION,
    http: 422,
    title: 'Currencies differ',
    message: 'the items are priced in {currencies}; order those of one currency',
  },
  'too-many-requests': {
    grpc: status.RESOURCE_EXHAUSTED,
    http: 429,
    title: 'Too many requests',
    message: 'the limit of requests is reached; repeat later',
  },
  cancelled: {
    grpc: status.CANCELLED,
    http: 499,
    title: 'Cancelled',
    message: 'the caller gave the request up',
  },
  internal: {
    grpc: status.INTERNAL,
    http: 500,
    title: 'Internal error',
    message: 'something failed on our side; the log has it under this request id',
  },
  'answer-too-large': {
    grpc: status.RESOURCE_EXHAUSTED,
    http: 500,
    title: 'Answer too large',
    message:
      'the answer has more than the {limit} bytes that may be sent at once; ask for less of it, if you can',
  },
  'not-implemented': {
    grpc: status.UNIMPLEMENTED,
    http: 501,
    title: 'Not implemented',
    message: 'the callee does not serve this method; deploy its new version first',
  },
  unavailable: {
    grpc: status.UNAVAILABLE,
    http: 503,
    title: 'Unavailable',
    message: 'a service that is needed does not answer; repeat later',
  },
  overloaded: {
    grpc: status.UNAVAILABLE,
    http: 503,
    title: 'Overloaded',
    message: 'as many requests are under way as a limit allows; repeat later',
  },
  'limit-reached': {
    grpc: status.UNAVAILABLE,
    http: 503,
    title: 'Limit reached',
    message: '{limit} towards {callee} is {most}, and as many are under way; repeat later',
  },
  'circuit-open': {
    grpc: status.UNAVAILABLE,
    http: 503,
    title: 'Circuit open',
    message: 'too many calls of {callee} have failed; calls are held back until one succeeds, repeat later',
  },
  'deadline-exceeded': {
    grpc: status.DEADLINE_EXCEEDED,
    http: 504,
    title: 'Deadline exceeded',
    message: 'no answer within the deadline; the outcome is open, repeat with the same key',
  },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
