import type { ErrorRequestHandler } from 'express';
import type { HttpExchange } from '../../kit/edge/exchange.ts';
import { invalidField, ServiceError } from '../../kit/errors/service-error.ts';
import { httpStatusOf } from '../errors.ts';
import { asServiceError, problemHeaders, problemOf, sendProblem } from './problem.ts';

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
