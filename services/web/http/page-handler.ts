import type { PageAccess, PageAnswer } from './page-answer.ts';
import type { Visit } from './visit.ts';

/** Function that answers the requests of a route. The graph declares its method and path. */
export interface PageHandler {
  readonly access: PageAccess;
  /** Cost against the rate limit, in requests. @default 1 */
  readonly cost?: number;
  /** Page to which signing in leads back, if a form was sent without a session. @default the front page */
  readonly returnPath?: string;
  /** Whether the response is a file or a stream, which does not show the visitor. @default false */
  readonly isResource?: boolean;
  readonly answer: (visit: Visit) => Promise<PageAnswer> | PageAnswer;
}

/** Handlers by the names under which the graph declares them. */
export type PageHandlers = Readonly<Record<string, PageHandler>>;
