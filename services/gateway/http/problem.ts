import type { ServerResponse } from 'node:http';
import { ServiceError, serviceError } from '../../kit/errors/service-error.ts';
import { httpStatusOf, titleOf } from '../errors.ts';
import type { Problem } from '../schemas/problem.ts';

/** Codes that speak of the inside of the shop. Outside they are one and the same. */
const INSIDE: ReadonlySet<string> = new Set(['undeclared-call', 'not-implemented', 'cancelled']);

/** `error` as one that a client may see: of the catalogue, and nothing of the inside. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError && !INSIDE.has(error.code)) return error;
  return serviceError('internal', { cause: error });
}

/** Where `code` is explained, as a URI reference (RFC 9457, 3.1.1). */
function problemType(code: string): string {
  return `/problems/${code}`;
}

/** The problem details (RFC 9457) of `error`. */
export function problemOf(error: ServiceError, instance: string, requestId: string): Problem {
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

/** The headers that `error` calls for. */
export function problemHeaders(error: ServiceError): Readonly<Record<string, string>> {
  const refusal = REFUSALS[error.code];
  return {
    ...((httpStatusOf(error) === 401 || refusal) && {
      'www-authenticate': `Bearer realm="weft"${refusal ?? ''}`,
    }),
    ...(error.code === 'method-not-allowed' && { allow: error.metadata.allowed ?? '' }),
    ...(error.retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(error.retryAfterMs / 1_000)) }),
    // The rest of the body is still on its way, at its own pace.
    ...(error.code === 'request-timeout' && { connection: 'close' }),
  };
}

/** What is wrong with a token that was sent (RFC 6750, 3.1). */
const REFUSALS: Readonly<Partial<Record<string, string>>> = {
  'invalid-token': ', error="invalid_token"',
  forbidden: ', error="insufficient_scope"',
};

export function sendProblem(
  response: ServerResponse,
  problem: Problem,
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
