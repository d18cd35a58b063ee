import { z } from 'zod';
import type { HttpRoute, RequestBody, ResponseDefinition, RouteDefinition } from './route.ts';

const nothing = z.strictObject({});
type Nothing = typeof nothing;

type Optional = 'params' | 'query' | 'headers' | 'body' | 'errors' | 'needsBearer' | 'fields' | 'cost';

/**
 * Returns a route whose handler is type-checked against its schemas. Defaults: no parameters, no body, no errors of its own,
 * no bearer, and a cost of one request.
 */
export function defineRoute<
  A extends ResponseDefinition,
  P extends z.ZodObject = Nothing,
  Q extends z.ZodObject = Nothing,
  H extends z.ZodObject = Nothing,
  B extends RequestBody | undefined = undefined,
>(
  definition: Omit<RouteDefinition<P, Q, H, B, A>, Optional> &
    Partial<Pick<RouteDefinition<P, Q, H, B, A>, Optional>>,
): HttpRoute {
  const empty = { params: nothing, query: nothing, headers: nothing, body: undefined };
  // The signature checks the handler against the schemas with which dispatch parses its input.
  return {
    ...empty,
    errors: [],
    needsBearer: false,
    fields: {},
    cost: 1,
    ...definition,
  } as unknown as HttpRoute;
}
