import { z } from 'zod';
import type { Answer, RequestBody, Route, RouteDefinition } from './route.ts';

const nothing = z.strictObject({});
type Nothing = typeof nothing;

type Optional = 'params' | 'query' | 'headers' | 'body' | 'errors' | 'needsBearer' | 'fields' | 'cost';

/**
 * A route whose handler is checked against its schemas. What is left out is empty: no parameters, no
 * body, no errors of its own, nobody needs to be known, and the cost is one request.
 */
export function defineRoute<
  A extends Answer,
  P extends z.ZodObject = Nothing,
  Q extends z.ZodObject = Nothing,
  H extends z.ZodObject = Nothing,
  B extends RequestBody | undefined = undefined,
>(
  definition: Omit<RouteDefinition<P, Q, H, B, A>, Optional> &
    Partial<Pick<RouteDefinition<P, Q, H, B, A>, Optional>>,
): Route {
  const empty = { params: nothing, query: nothing, headers: nothing, body: undefined };
  // The handler was checked above against the schemas that dispatch parses its input with.
  return { ...empty, errors: [], needsBearer: false, fields: {}, cost: 1, ...definition } as unknown as Route;
}
