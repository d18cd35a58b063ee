import type { CallContext } from '../../kit/grpc/handlers.ts';
import { asPageError, pageStatus } from '../errors.ts';
import type { PageFrame } from '../views/page-frame.ts';
import { problemView } from '../views/problem-view.ts';
import type { PageAnswer } from './page-answer.ts';
import type { Visitor } from './visit.ts';

/** Returns the page that explains an error. Unexpected errors are logged, and the page names the request only. */
export function errorAnswer(
  thrown: unknown,
  { log, requestId, signal }: CallContext,
  visitor: Visitor,
  frame: PageFrame,
): PageAnswer {
  const error = asPageError(thrown);
  const status = pageStatus(error);
  if (status >= 500 && !signal.aborted) log.error('request failed', { error: thrown });
  return { kind: 'page', status, body: problemView(frame, visitor, { error, status, requestId }) };
}
