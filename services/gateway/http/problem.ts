import type { ServerResponse } from 'node:http';
import { ServiceError, serviceError } from '../../kit/errors/service-error.ts';
import { httpStatusOf, titleOf } from '../errors.ts';
import type { ProblemDetails } from '../schemas/problem.ts';

/** Codes that describe internals of the shop. Clients receive `internal` instead. */
const INTERNAL_CODES: ReadonlySet<string> = new Set(['undeclared-call', 'not-implemented', 'cancelled']);

/** Returns an error that a client may see, without internals of the shop. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError && !INTERNAL_CODES.has(error.code)) return error;
  return serviceError('internal', { cause: error });
}

/** Returns the URI reference of the page that explains `code` (RFC 9457, 3.1.1). */
function problemType(code: string): string {
  return `/problems/${code}`;
}

/** Returns the problem details (RFC 9457) of `error`. */
export function problemOf(error: ServiceError, instance: string, requestId: string): ProblemDetails {
  const { code, violations, omittedViolations } = error;
  return {
    type: problemType(code),
    title: titleOf(error),
    status: httpStatusOf(error),
    detail: error.message,
    instance,
    code,
    requestId,
    ...(violations.length > 0 && {
      errors: violations.map(({ field, description }) => ({ field, detail: description })),
    }),
    ...(omittedViolations > 0 && { omittedErrors: omittedViolations }),
  };
}

/** Returns the headers that belong to `error`. */
export function problemHeaders(error: ServiceError): Readonly<Record<string, string>> {
  const refusal = REFUSALS[error.code];
  return {
    ...((httpStatusOf(error) === 401 || refusal) && {
      'www-authenticate': `Bearer realm="weft"${refusal ?? ''}`,
    }),
    ...(error.code === 'method-not-allowed' && { allow: error.metadata.allowed ?? '' }),
    ...(error.retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(error.retryAfterMs / 1_000)) }),
    // Closes the connection, because the rest of the request body may still arrive on it.
    ...(error.code === 'request-timeout' && { connection: 'close' }),
  };
}

/** Error codes of RFC 6750, section 3.1. */
const REFUSALS: Readonly<Partial<Record<string, string>>> = {
  'invalid-token': ', error="invalid_token"',
  forbidden: ', error="insufficient_scope"',
};

/** Sends problem details as a complete response. */
export function sendProblem(
  response: ServerResponse,
  problem: ProblemDetails,
  headers: Readonly<Record<string, string>>,
) {
  const body = Buffer.from(JSON.stringify(problem));
  response.writeHead(problem.status, {
    ...headers,
    'content-type': 'application/problem+json',
    'content-length': body.length,
  });
  response.end(body);
}
