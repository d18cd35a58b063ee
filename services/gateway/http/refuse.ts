import type { ErrorRequestHandler } from 'express';
import { invalidField, ServiceError, serviceError } from '../../kit/errors/service-error.ts';
import { httpStatusOf } from '../errors.ts';
import { subscriberOf } from '../../kit/edge/client-address.ts';
import type { ExchangeHandler, HttpExchange } from '../../kit/edge/exchange.ts';
import { asServiceError, problemHeaders, problemOf, sendProblem } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';

/** Answers a method that the path does not support. OPTIONS lists the supported ones. */
export function refuseMethod(allowed: readonly string[], rateLimit: RateLimit): ExchangeHandler {
  const allow = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (request, response) => {
    rateLimit.take(subscriberOf(response.locals.exchange.client));
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { allow }).end();
      return;
    }
    throw serviceError('method-not-allowed', { metadata: { method: request.method, allowed: allow } });
  };
}

/** Answers an unknown path. */
export function refusePath(rateLimit: RateLimit): ExchangeHandler {
  return (_, response) => {
    rateLimit.take(subscriberOf(response.locals.exchange.client));
    throw serviceError('not-found', { metadata: { what: 'resource at this path' } });
  };
}

type Locals = { exchange: HttpExchange };

/** Answers every error as a problem. Errors outside of the catalogues are logged and answered as `internal`. */
export const answerProblem: ErrorRequestHandler<Record<string, string>, unknown, unknown, unknown, Locals> = (
  thrown,
  request,
  response,
  _next,
) => {
  const { context } = response.locals.exchange;
  if (response.headersSent || context.signal.aborted) {
    response.destroy();
    return;
  }
  const error = asServiceError(isMalformedPath(thrown) ? malformedPath() : thrown);
  if (httpStatusOf(error) >= 500) context.log.error('request failed', { error: thrown });
  const problem = problemOf(error, request.path, context.requestId);
  sendProblem(response, problem, problemHeaders(error));
};

/** Returns whether Express refused a path whose percent-encoding is not UTF-8. */
function isMalformedPath(thrown: unknown): boolean {
  return !(thrown instanceof ServiceError) && thrown instanceof URIError;
}

function malformedPath(): ServiceError {
  return invalidField('path', 'not percent-encoded UTF-8');
}
